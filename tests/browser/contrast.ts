import type { Locator } from 'playwright-core';

/** Contrast of each element's text colour to the frame's background, as WCAG has it. */
export function contrasts(elements: Locator): Promise<number[]> {
  return elements.evaluateAll(all =>
    all.map(element => {
      const luminance = (color: string): number => {
        const channels = (color.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number);
        const [r = 0, g = 0, b = 0] = channels.map(value => {
          const c = value / 255;
          return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const frame = element.closest('.jp-Rankbook, .jp-InputArea-editor') ?? document.body;
      const a = luminance(getComputedStyle(element).color);
      const b = luminance(getComputedStyle(frame).backgroundColor);
      return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    })
  );
}
