/** A piece of text of one look. Class names are those that JupyterLab styles. */
export interface IStyledText {
  text: string;
  classes: string[];
  /** CSS colours where the text asked for one beyond the sixteen named ones. */
  color?: string;
  background?: string;
}

interface ILook {
  foreground: string | null;
  background: string | null;
  bold: boolean;
  underline: boolean;
  inverse: boolean;
}

const NAMES = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];

// CSI sequences, OSC sequences (links, titles; without their end up to that of the line), and
// two-character escapes.
const ESCAPE =
  // eslint-disable-next-line no-control-regex -- escape sequences are made of them
  /\u001b(?:\[([0-9;:?]*)[ -/]*([@-~])|\][^\u0007\u001b\r\n]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;

/**
 * Split a text at its ANSI colour codes (ECMA-48, SGR). Other escape sequences are left
 * out. The result is data: whoever shows it puts `text` in as text.
 */
export function parseAnsi(text: string): IStyledText[] {
  if (!text.includes('\u001b')) {
    return text ? [{ text, classes: [] }] : [];
  }
  const pieces: IStyledText[] = [];
  const look = plainLook();
  let from = 0;
  for (const match of text.matchAll(ESCAPE)) {
    push(pieces, text.slice(from, match.index), look);
    from = match.index + match[0].length;
    if (match[2] === 'm') {
      change(look, match[1] ?? '');
    }
  }
  push(pieces, text.slice(from), look);
  return pieces;
}

function plainLook(): ILook {
  return { foreground: null, background: null, bold: false, underline: false, inverse: false };
}

function push(pieces: IStyledText[], text: string, look: ILook): void {
  if (!text) {
    return;
  }
  const piece: IStyledText = { text, classes: [] };
  let { foreground, background } = look;
  if (look.inverse) {
    [foreground, background] = [background ?? 'default-inverse', foreground ?? 'default-inverse'];
  }
  if (foreground?.startsWith('rgb')) {
    piece.color = foreground;
  } else if (foreground) {
    piece.classes.push(`ansi-${foreground}-fg`);
  }
  if (background?.startsWith('rgb')) {
    piece.background = background;
  } else if (background) {
    piece.classes.push(`ansi-${background}-bg`);
  }
  if (look.bold) {
    piece.classes.push('ansi-bold');
  }
  if (look.underline) {
    piece.classes.push('ansi-underline');
  }
  pieces.push(piece);
}

function change(look: ILook, parameters: string): void {
  const codes = parameters.split(/[;:]/).map(code => Number(code) || 0);
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] ?? 0;
    if (code === 0) {
      Object.assign(look, plainLook());
    } else if (code === 1) {
      look.bold = true;
    } else if (code === 4) {
      look.underline = true;
    } else if (code === 7) {
      look.inverse = true;
    } else if (code === 21 || code === 22) {
      look.bold = false;
    } else if (code === 24) {
      look.underline = false;
    } else if (code === 27) {
      look.inverse = false;
    } else if (code === 38 || code === 48) {
      const [color, used] = extendedColor(codes.slice(i + 1));
      i += used;
      look[code === 38 ? 'foreground' : 'background'] = color;
    } else if (code === 39) {
      look.foreground = null;
    } else if (code === 49) {
      look.background = null;
    } else {
      changeNamedColor(look, code);
    }
  }
}

function changeNamedColor(look: ILook, code: number): void {
  const ranges: [number, 'foreground' | 'background', string][] = [
    [30, 'foreground', ''],
    [40, 'background', ''],
    [90, 'foreground', '-intense'],
    [100, 'background', '-intense']
  ];
  for (const [base, layer, suffix] of ranges) {
    const name = NAMES[code - base];
    if (name) {
      look[layer] = name + suffix;
    }
  }
}

/** The colour that follows code 38 or 48, and how many codes it took. */
function extendedColor(codes: number[]): [string | null, number] {
  const [mode, a = 0, b = 0, c = 0] = codes;
  if (mode === 2) {
    return [rgb(a, b, c), 4];
  }
  if (mode !== 5) {
    return [null, 1];
  }
  if (a < 16) {
    const name = NAMES[a % 8] ?? 'black';
    return [a < 8 ? name : `${name}-intense`, 2];
  }
  if (a < 232) {
    const level = (value: number): number => (value === 0 ? 0 : 55 + 40 * value);
    const cube = a - 16;
    return [rgb(level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6)), 2];
  }
  const grey = 8 + 10 * (a - 232);
  return [rgb(grey, grey, grey), 2];
}

function rgb(...channels: number[]): string {
  return `rgb(${channels.map(channel => Math.min(255, Math.max(0, channel))).join(', ')})`;
}
