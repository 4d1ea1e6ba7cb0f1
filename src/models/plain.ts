import type { IRunModel, MimeBundle, RankOutput } from '../protocol/index.js';
import { parseAnsi } from './ansi.js';
import { rankName } from './delta.js';
import { foldControls } from './terminal.js';

/**
 * A run that goes on as text, for readers without the extension: what each rank has said, in the form
 * that the kernel gives to runs that have ended.
 */
export function plainText(run: IRunModel): string {
  const width = Math.max(1, ...run.ranks.map(rank => rankName(rank).length));
  const lines = run.notices.map(notice => notice.text);
  for (const rank of run.ranks) {
    const label = `[${rankName(rank).padStart(width)}] `;
    const text = foldControls(withoutAnsi(textOf(rank.outputs))).replace(/\n$/, '');
    lines.push(...(text ? text.split('\n').map(line => label + line) : []));
  }
  return lines.length > 0 ? lines.join('\n') : run.command;
}

function textOf(outputs: readonly RankOutput[]): string {
  let text = '';
  for (const output of outputs) {
    if (output.output_type === 'stream') {
      text += output.text;
      continue;
    }
    const shown =
      output.output_type === 'error' ? output.traceback.join('\n') : shownText(output.data);
    // Of its own lines, unlike the two streams.
    text += `${text === '' || text.endsWith('\n') ? '' : '\n'}${shown}\n`;
  }
  return text;
}

function shownText(data: MimeBundle): string {
  const text = data['text/plain'];
  return Array.isArray(text) ? text.join('') : typeof text === 'string' ? text : '';
}

function withoutAnsi(text: string): string {
  return parseAnsi(text)
    .map(piece => piece.text)
    .join('');
}
