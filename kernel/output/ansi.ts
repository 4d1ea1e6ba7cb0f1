/** ANSI escape sequences (ECMA-48) in the text of ranks. */

// CSI sequences, OSC strings up to BEL or ST (without one up to the end of their line),
// character sets, and two-character escapes.
const SEQUENCE =
  // eslint-disable-next-line no-control-regex -- control characters are what it looks for
  /\x1b(?:\[([0-9;:]*)[ -/]*([@-~])|\][^\x07\x1b\r\n]*(?:\x07|\x1b\\)?|[()*+][@-~]|[@-Z\\-_])/g;
// What no HTML text may hold, and what would only show as boxes.
// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const INVISIBLE = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/g;

export function withoutAnsi(text: string): string {
  return text.includes('\x1b') ? text.replace(SEQUENCE, '').replaceAll('\x1b', '') : text;
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, c => `&#${c.charCodeAt(0)};`);
}

interface IStyle {
  fg: string | null;
  bg: string | null;
  bold: boolean;
  italic: boolean;
  underline: boolean;
  inverse: boolean;
}

const PLAIN: IStyle = {
  fg: null,
  bg: null,
  bold: false,
  italic: false,
  underline: false,
  inverse: false
};

/**
 * Escaped HTML of text with ANSI colours. The eight colours are classes (`rb-c0` ... `rb-c7`, `rb-b0`
 * ... for backgrounds), so that a theme decides; others are inline.
 */
export function ansiToHtml(text: string): string {
  if (!text.includes('\x1b')) {
    return escapeHtml(text.replace(INVISIBLE, ''));
  }
  let html = '';
  let style = PLAIN;
  let at = 0;
  const put = (piece: string): void => {
    const clean = escapeHtml(piece.replace(INVISIBLE, ''));
    html += clean === '' ? '' : wrap(clean, style);
  };
  for (const match of text.matchAll(SEQUENCE)) {
    put(text.slice(at, match.index));
    at = match.index + match[0].length;
    if (match[2] === 'm') {
      style = applied(style, match[1]);
    }
  }
  put(text.slice(at));
  return html;
}

function wrap(html: string, style: IStyle): string {
  const classes: string[] = [];
  const css: string[] = [];
  const [fg, bg] = style.inverse
    ? [style.bg ?? 'inverse', style.fg ?? 'inverse']
    : [style.fg, style.bg];
  if (fg === 'inverse') {
    classes.push('rb-inverse');
  } else if (fg !== null) {
    (fg.startsWith('#') ? css : classes).push(fg.startsWith('#') ? `color:${fg}` : `rb-c${fg}`);
  }
  if (bg !== null && bg !== 'inverse') {
    (bg.startsWith('#') ? css : classes).push(
      bg.startsWith('#') ? `background:${bg}` : `rb-b${bg}`
    );
  }
  for (const name of ['bold', 'italic', 'underline'] as const) {
    if (style[name]) {
      classes.push(`rb-${name}`);
    }
  }
  if (classes.length === 0 && css.length === 0) {
    return html;
  }
  const attributes =
    (classes.length > 0 ? ` class="${classes.join(' ')}"` : '') +
    (css.length > 0 ? ` style="${css.join(';')}"` : '');
  return `<span${attributes}>${html}</span>`;
}

function applied(style: IStyle, parameters: string): IStyle {
  const codes = parameters.split(/[;:]/).map(Number);
  const next = { ...style };
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i];
    if (code === 0) {
      Object.assign(next, PLAIN);
    } else if (code === 1) {
      next.bold = true;
    } else if (code === 3) {
      next.italic = true;
    } else if (code === 4) {
      next.underline = true;
    } else if (code === 7) {
      next.inverse = true;
    } else if (code === 22) {
      next.bold = false;
    } else if (code === 23) {
      next.italic = false;
    } else if (code === 24) {
      next.underline = false;
    } else if (code === 27) {
      next.inverse = false;
    } else if (code === 38 || code === 48) {
      const used = codes[i + 1] === 5 ? 2 : codes[i + 1] === 2 ? 4 : 0;
      const colour = extended(codes.slice(i + 1, i + 1 + used));
      next[code === 38 ? 'fg' : 'bg'] = colour;
      i += used;
    } else if (code === 39) {
      next.fg = null;
    } else if (code === 49) {
      next.bg = null;
    } else if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) {
      next.fg = String(code % 10);
    } else if ((code >= 40 && code <= 47) || (code >= 100 && code <= 107)) {
      next.bg = String(code % 10);
    }
  }
  return next;
}

/** A colour of the 256 (`5;n`) or a true one (`2;r;g;b`). */
function extended(codes: number[]): string | null {
  if (codes[0] === 2 && codes.length === 4) {
    return hex(codes.slice(1));
  }
  const n = codes[1];
  if (codes[0] !== 5 || !(n >= 0 && n <= 255)) {
    return null;
  }
  if (n < 16) {
    return String(n % 8);
  }
  if (n >= 232) {
    const grey = 8 + 10 * (n - 232);
    return hex([grey, grey, grey]);
  }
  const level = (k: number): number => (k === 0 ? 0 : 55 + 40 * k);
  const cube = n - 16;
  return hex([level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6)]);
}

function hex(rgb: number[]): string {
  const part = (v: number): string =>
    Math.max(0, Math.min(255, Math.round(v) || 0))
      .toString(16)
      .padStart(2, '0');
  return `#${rgb.map(part).join('')}`;
}
