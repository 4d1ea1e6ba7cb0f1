import type { RankOutput, StreamName } from '../protocol/index.js';
import { foldControls } from './terminal.js';

/** What an output area shows of one rank, piece by piece. */
export type VisiblePiece =
  | { kind: 'text'; name: StreamName; text: string }
  | { kind: 'rich'; output: Exclude<RankOutput, { output_type: 'stream' }> }
  /** Left out here: so many characters of text and so many outputs of other kinds. */
  | { kind: 'gap'; characters: number; outputs: number };

/** Characters of text above which only the beginning and the end of a rank are shown. */
export const LONG_TEXT = 1_000_000;
/** Characters of it that are shown at each end. */
const SHOWN_TEXT = 50_000;
/** The same for the number of outputs. */
const MANY_OUTPUTS = 400;
const SHOWN_OUTPUTS = 100;
/**
 * Text is cut into pieces of about so many characters, so that following a text that
 * grows renders its last piece again and not all of it.
 */
const PIECE = 50_000;

/**
 * The pieces that show the outputs of a rank.
 *
 * @param whole - Leave nothing out.
 */
export function visiblePieces(outputs: readonly RankOutput[], whole: boolean): VisiblePiece[] {
  let total = 0;
  for (const output of outputs) {
    total += output.output_type === 'stream' ? output.text.length : 0;
  }
  const cutText = !whole && total > LONG_TEXT;
  const cutOutputs = !whole && outputs.length > MANY_OUTPUTS;
  const pieces: VisiblePiece[] = [];
  let position = 0;
  outputs.forEach((output, index) => {
    const start = position;
    position += output.output_type === 'stream' ? output.text.length : 0;
    if (cutOutputs && index >= SHOWN_OUTPUTS && index < outputs.length - SHOWN_OUTPUTS) {
      if (output.output_type === 'stream') {
        addGap(pieces, output.text.length, 0);
      } else {
        addGap(pieces, 0, 1);
      }
    } else if (output.output_type !== 'stream') {
      pieces.push({ kind: 'rich', output });
    } else if (cutText) {
      addEnds(pieces, output.name, output.text, SHOWN_TEXT - start, total - SHOWN_TEXT - start);
    } else {
      addText(pieces, output.name, output.text);
    }
  });
  return pieces;
}

/** Add the text up to about `headEnd` and from about `tailStart`, at whole lines. */
function addEnds(
  pieces: VisiblePiece[],
  name: StreamName,
  text: string,
  headEnd: number,
  tailStart: number
): void {
  const head = headEnd > 0 ? lineBreakBefore(text, headEnd) : 0;
  const tail = Math.max(
    head,
    tailStart < text.length ? lineBreakAfter(text, tailStart) : text.length
  );
  addText(pieces, name, text.slice(0, head));
  addGap(pieces, tail - head, 0);
  addText(pieces, name, text.slice(tail));
}

function addText(pieces: VisiblePiece[], name: StreamName, raw: string): void {
  const text = foldControls(raw);
  for (let from = 0; from < text.length;) {
    const newline = text.indexOf('\n', from + PIECE);
    const end = newline === -1 ? text.length : newline + 1;
    pieces.push({ kind: 'text', name, text: text.slice(from, end) });
    from = end;
  }
}

function addGap(pieces: VisiblePiece[], characters: number, outputs: number): void {
  if (characters + outputs === 0) {
    return;
  }
  const last = pieces[pieces.length - 1];
  if (last?.kind === 'gap') {
    last.characters += characters;
    last.outputs += outputs;
  } else {
    pieces.push({ kind: 'gap', characters, outputs });
  }
}

// A line longer than what is shown at all has to be cut where it is.

function lineBreakBefore(text: string, at: number): number {
  if (at >= text.length) {
    return text.length;
  }
  const newline = text.lastIndexOf('\n', at - 1);
  return newline === -1 ? at : newline + 1;
}

function lineBreakAfter(text: string, at: number): number {
  if (at <= 0) {
    return 0;
  }
  const newline = text.indexOf('\n', at - 1);
  return newline === -1 || newline + 1 >= text.length ? at : newline + 1;
}
