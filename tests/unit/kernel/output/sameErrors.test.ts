import { describe, expect, it } from 'vitest';
import { finalBundle } from '../../../../kernel/output/index.js';
import { sameErrors, sameErrorText } from '../../../../kernel/output/sameErrors.js';
import type { Delta, IRankModel, RankOutput } from '../../../../src/protocol/index.js';
import { sameErrorCases } from '../../sameErrorCases.js';
import { modelOf } from './model.js';

function raised(rank: number, evalue: string, line = 3, ename = 'ValueError'): Delta {
  const traceback = [
    '\x1b[31m-----\x1b[39m',
    `${ename}   Traceback (most recent call last)`,
    `Cell In[1], line ${line}\n----> ${line} work()`,
    `\x1b[31m${ename}\x1b[39m: ${evalue}`
  ];
  return { op: 'output', rank, output: { output_type: 'error', ename, evalue, traceback } };
}

function plain(deltas: Delta[]): string {
  return finalBundle(modelOf(4, deltas))['text/plain'] as string;
}

/** What stands in the `All` tab, without its tags. */
function allTab(deltas: Delta[]): string {
  const html = finalBundle(modelOf(4, deltas))['text/html'] as string;
  return html.slice(html.indexOf('All ranks,')).replace(/<[^>]*>/g, '');
}

describe('errors that ranks have in common', () => {
  it.each(sameErrorCases)('are said as the page says them: $name', ({ errors, said }) => {
    const deltas = errors.map(({ rank, output }): Delta => ({ op: 'output', rank, output }));
    const run = modelOf(4, deltas);
    const outputs = run.ranks.flatMap(rank =>
      rank.outputs.map((output): [IRankModel, RankOutput] => [rank, output])
    );
    const same = sameErrors(outputs);
    const texts = outputs.map(([, output]) => sameErrorText(output, same));
    expect(texts).toEqual(said);
  });

  it('show their traceback once below each other, and their own message', () => {
    const deltas = [0, 1, 3].map(rank => raised(rank, `of rank ${rank}`));
    for (const text of [plain(deltas), allTab(deltas)]) {
      expect(text.match(/Traceback \(most/g)).toHaveLength(1);
      expect(text).toContain('[0] ValueError: of rank 0\n');
      expect(text).toContain('[1] ValueError: of rank 1 (traceback as on rank 0)\n');
      expect(text).toContain('[3] ValueError: of rank 3 (traceback as on rank 0)');
    }
  });

  it('do not repeat what their messages begin with', () => {
    const deltas = [0, 1, 2].map(rank => raised(rank, rank < 2 ? `wait\n  for ${rank}` : 'wait'));
    for (const text of [plain(deltas), allTab(deltas)]) {
      expect(text).toContain('[0] ValueError: wait\n[0]   for 0\n');
      expect(text).toContain('[1] ValueError as on rank 0\n[1]   for 1\n');
      expect(text).toMatch(/\[2\] ValueError as on rank 0\n?$/);
    }
  });

  it('name the first to be seen: of the lowest rank, and among all ranks that which came first', () => {
    const deltas = [raised(2, 'x'), raised(1, 'x')];
    expect(plain(deltas)).toContain('[2] ValueError as on rank 1');
    expect(allTab(deltas)).toContain('[1] ValueError as on rank 2');
  });

  it('keep it in the tab of each rank', () => {
    const run = modelOf(4, [raised(0, 'x'), raised(1, 'x')]);
    const html = finalBundle(run)['text/html'] as string;
    expect(html.slice(0, html.indexOf('All ranks,')).match(/Traceback \(most/g)).toHaveLength(2);
    expect(run.ranks[1].outputs).toMatchObject([{ traceback: { length: 4 } }]);
  });

  it.each([
    ['another line', [raised(0, 'x', 3), raised(1, 'x', 4)]],
    ['another exception', [raised(0, 'x'), raised(1, 'x', 3, 'TypeError')]],
    ['twice on one rank', [raised(0, 'x'), raised(0, 'x')]]
  ])('are told apart by %s', (_, deltas) => {
    expect(plain(deltas).match(/Traceback \(most/g)).toHaveLength(2);
  });
});
