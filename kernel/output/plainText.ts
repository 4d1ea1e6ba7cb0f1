import type { IRankModel, IRunModel, MimeBundle, RankOutput } from '../../src/protocol/index.js';
import { withoutAnsi } from './ansi.js';
import { counted, rankName } from './phrases.js';
import { sameErrorText, sameErrors, type SameErrors } from './sameErrors.js';

/**
 * The `text/plain` form: every line of rank r begins `[r] `, the number right-aligned to
 * the widest rank of the run; ranks in order, each in its program's order. A traceback that an
 * earlier rank has too is not repeated.
 */
export function plainText(run: IRunModel): string {
  const lines: string[] = [];
  for (const notice of run.notices) {
    lines.push(...notice.text.split('\n'));
  }
  const width = labelWidth(run);
  const same = sameErrors(
    run.ranks.flatMap(rank =>
      rank.outputs.map((output): [IRankModel, RankOutput] => [rank, output])
    )
  );
  for (const rank of run.ranks) {
    const label = rankLabel(rank, width);
    for (const line of rankLines(rank, same)) {
      lines.push(label + line);
    }
  }
  return lines.length > 0
    ? lines.join('\n')
    : `(${counted(run.ranks.length, 'rank')}: ${quiet(run)})`;
}

export function labelWidth(run: IRunModel): number {
  return Math.max(1, ...run.ranks.map(rank => rankName(rank).length));
}

export function rankLabel(rank: Pick<IRankModel, 'rank' | 'label'>, width: number): string {
  return `[${rankName(rank).padStart(width)}] `;
}

function quiet(run: IRunModel): string {
  return run.state === 'starting' || run.state === 'running' ? run.state : 'no output';
}

function rankLines(rank: IRankModel, same: SameErrors): string[] {
  let text = '';
  for (const output of rank.outputs) {
    const piece = withoutAnsi(sameErrorText(output, same) ?? outputText(output));
    // Two streams of one rank go on in one line where the program did so.
    const begins = output.output_type !== 'stream' && text !== '' && !text.endsWith('\n');
    text += (begins ? '\n' : '') + piece;
    if (output.output_type !== 'stream' && piece !== '' && !piece.endsWith('\n')) {
      text += '\n';
    }
  }
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

/** An output as text, ANSI colours left in. */
export function outputText(output: RankOutput): string {
  switch (output.output_type) {
    case 'stream':
      return output.text;
    case 'error':
      return output.traceback.length > 0
        ? output.traceback.join('\n')
        : `${output.ename}: ${output.evalue}`;
    default:
      return bundleText(output.data);
  }
}

/** The `text/plain` of a display, or the name of what it holds. */
export function bundleText(data: MimeBundle): string {
  const text = data['text/plain'];
  if (typeof text === 'string') {
    return text;
  }
  if (Array.isArray(text)) {
    return text.join('');
  }
  const types = Object.keys(data);
  return types.length === 0 ? '' : `<${types[0]}>`;
}
