import { describe, expect, test } from 'vitest';

import { ArrivalReader } from '../../../src/models/arrival.js';
import { RunModel } from '../../../src/models/run.js';
import type { Delta, IRunModel } from '../../../src/protocol/index.js';
import { makeRun, stderr, stdout } from './runs.js';

function linesOf(reader: ArrivalReader): string[] {
  return reader.items.map(item =>
    item.kind === 'line' ? `${item.rank} ${item.text}` : `${item.rank} <${item.output.output_type}>`
  );
}

function read(run: IRunModel): string[] {
  const reader = new ArrivalReader();
  reader.read(run, 0);
  return linesOf(reader);
}

describe('ArrivalReader', () => {
  test('reads lines and other outputs in the order of arrival', () => {
    const run = makeRun(
      [
        {
          outputs: [
            stdout('a\nb\n'),
            { output_type: 'display_data', data: {}, metadata: {} },
            stderr('c')
          ]
        },
        { outputs: [stdout('x\ny\n')] }
      ],
      { order: [0, 1, 1, 1, 0, 2, 1, 1, 0, 1] }
    );
    expect(read(run)).toEqual(['0 a\n', '1 x\n', '0 b\n', '0 <display_data>', '1 y\n', '0 c']);
  });

  test('shows rank by rank what the order does not tell, and ignores what is not there', () => {
    const ranks = [{ outputs: [stdout('a\nb\n')] }, { outputs: [stdout('x\n')] }];
    expect(read(makeRun(ranks, { order: [1, 1] }))).toEqual(['1 x\n', '0 a\n', '0 b\n']);
    expect(read(makeRun(ranks, { order: [1, 9, 7, 3, 0, 1] }))).toEqual([
      '1 x\n',
      '0 a\n',
      '0 b\n'
    ]);
  });

  test('gives the same whether it reads once or after each change', () => {
    const model = new RunModel(makeRun([{}, {}, {}], { state: 'running', order: [] }));
    const following = new ArrivalReader();
    const texts = ['a', 'b\n', 'c\nd', '\n', 'e\n\nf', 'g\n'];
    let seed = 7;
    const random = (n: number): number => (seed = (seed * 48271) % 2147483647) % n;
    for (let step = 0; step < 400; step++) {
      const rank = random(3);
      const deltas: Delta[] = [
        {
          op: 'stream',
          rank,
          name: random(4) ? 'stdout' : 'stderr',
          text: texts[random(texts.length)] ?? ''
        }
      ];
      if (random(60) === 0) {
        deltas.push({ op: 'clear', rank, wait: random(2) === 0 });
      }
      if (random(10) === 0) {
        deltas.push({
          op: 'output',
          rank,
          output: { output_type: 'display_data', data: {}, metadata: {} }
        });
      }
      model.apply(deltas);
      following.read(model.run, model.generation);
      const once = new ArrivalReader();
      once.read(model.run, 0);
      expect(linesOf(following)).toEqual(linesOf(once));
    }
    expect(following.items.length).toBeGreaterThan(20);
  });

  test('starts again where a run was replaced', () => {
    const model = new RunModel(makeRun([{ outputs: [stdout('old\n')] }], { state: 'running' }));
    const reader = new ArrivalReader();
    reader.read(model.run, model.generation);
    model.replace(makeRun([{ outputs: [stdout('new\nmore\n')] }]));
    reader.read(model.run, model.generation);
    expect(linesOf(reader)).toEqual(['0 new\n', '0 more\n']);
  });
});
