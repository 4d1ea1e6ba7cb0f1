import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const CSS = readFileSync(resolve(import.meta.dirname, '../../../style/base.css'), 'utf8');

/** What our colours stand on in JupyterLab's themes: `--jp-layout-color0` to `2`. */
const BACKGROUNDS = {
  light: ['#ffffff', '#ffffff', '#eeeeee'],
  dark: ['#111111', '#212121', '#424242']
};

type Theme = keyof typeof BACKGROUNDS;

const PALETTES: { [theme in Theme]: Map<string, string> } = {
  light: palette(/^:root \{([^}]*)\}/m),
  dark: palette(/^\[data-jp-theme-light='false'\] \{([^}]*)\}/m)
};

function palette(block: RegExp): Map<string, string> {
  const text = block.exec(CSS)?.[1] ?? '';
  const colors = text.matchAll(/--jp-rankbook-(\w+): (#[0-9a-f]{6});/g);
  return new Map([...colors].map(([, name = '', color = '']) => [name, color]));
}

/** Relative luminance, as WCAG 2.2 defines it. */
function luminance(color: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map(at => {
    const c = parseInt(color.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

/** `share` of a colour over another, as `color-mix` does it. */
function mixed(color: string, share: number, ground: string): string {
  const channels = [1, 3, 5].map(at => {
    const value = (text: string): number => parseInt(text.slice(at, at + 2), 16);
    return Math.round(share * value(color) + (1 - share) * value(ground));
  });
  return `#${channels.map(channel => channel.toString(16).padStart(2, '0')).join('')}`;
}

describe.each(['light', 'dark'] as const)('the %s palette', theme => {
  const colors = [...PALETTES[theme]];
  const [page = ''] = BACKGROUNDS[theme];

  test('has a colour for each of eight ranks and three states', () => {
    const ranks = [0, 1, 2, 3, 4, 5, 6, 7].map(rank => `rank${rank}`);
    expect(colors.map(([name]) => name)).toEqual([...ranks, 'error', 'warning', 'success']);
    expect(new Set(colors.slice(0, 8).map(([, color]) => color)).size).toBe(8);
  });

  test.each(colors)('%s (%s) can be read as text on all that it stands on', (_name, color) => {
    for (const ground of BACKGROUNDS[theme]) {
      expect(contrast(color, ground)).toBeGreaterThanOrEqual(4.5);
    }
  });

  test.each(['error', 'warning'])('the text of a notice can be read on its %s tint', name => {
    const tint = mixed(PALETTES[theme].get(name) ?? '', 0.08, page);
    // Opaque text of JupyterLab, in the weaker of the two shades that browsers see.
    expect(contrast(theme === 'light' ? '#212121' : '#ffffff', tint)).toBeGreaterThan(7);
  });
});
