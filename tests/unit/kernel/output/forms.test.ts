import { describe, expect, it } from 'vitest';
import { RUN_MIME, type Delta, type IRunModel } from '../../../../src/protocol/index.js';
import { RunReducer, finalBundle, previewBundle } from '../../../../kernel/output/index.js';
import { display, head, modelOf, text } from './model.js';

const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8Dwn4EIwDiqkL4KAcT9GO0U4BxoAAAAAElFTkSuQmCC';

/** A run in which something of everything happens. */
function everything(): IRunModel {
  const error: Delta = {
    op: 'output',
    rank: 2,
    output: {
      output_type: 'error',
      ename: 'ValueError',
      evalue: 'negative',
      traceback: [
        '\x1b[31m---------------------------\x1b[39m',
        'Cell In[7], line 3\n\x1b[32m      2\x1b[39m x = -1\n\x1b[32m----> 3\x1b[39m \x1b[38;5;28;01mraise\x1b[39;00m ValueError("negative")',
        '\x1b[31mValueError\x1b[39m: negative'
      ]
    }
  };
  const figure: Delta = {
    op: 'output',
    rank: 0,
    output: {
      output_type: 'display_data',
      data: { 'text/plain': '<Figure size 640x480>', 'image/png': PIXEL },
      metadata: {}
    }
  };
  const result: Delta = {
    op: 'output',
    rank: 1,
    output: {
      output_type: 'execute_result',
      execution_count: 7,
      data: { 'text/plain': 'array([[1, 2],\n       [3, 4]])', 'text/html': '<b>no</b>' },
      metadata: {}
    }
  };
  return modelOf(3, [
    text(0, 'before <script>alert(1)</script>\n'),
    text(1, 'hello & welcome\n'),
    figure,
    text(0, 'after\n'),
    text(1, 'to stderr\n', 'stderr'),
    result,
    error,
    { op: 'rank', rank: 0, state: 'done', seconds: 0.0123 },
    { op: 'rank', rank: 1, state: 'done', seconds: 0.5 },
    { op: 'rank', rank: 2, state: 'error', seconds: 0.25, line: 3 },
    {
      op: 'notice',
      notice: {
        level: 'error',
        text: 'Rank 2 raised ValueError: negative (line 3 of the cell)',
        ranks: [2]
      }
    },
    { op: 'run', state: 'error', seconds: 0.61 }
  ]);
}

describe('text/plain', () => {
  it('has the fixed form', async () => {
    await expect(finalBundle(everything())['text/plain']).toMatchFileSnapshot(
      '../../../fixtures/output/everything.txt'
    );
  });

  it('aligns rank numbers to the right', () => {
    const deltas = [text(0, 'a\n'), text(11, 'b\nc'), text(1, '\n')];
    expect(finalBundle(modelOf(12, deltas))['text/plain']).toBe('[ 0] a\n[ 1] \n[11] b\n[11] c');
  });

  it('goes on within a line where a display does not come between', () => {
    const run = modelOf(1, [text(0, 'a'), text(0, 'b', 'stderr'), display(0, 'd'), text(0, 'c\n')]);
    expect(finalBundle(run)['text/plain']).toBe('[0] ab\n[0] d\n[0] c');
  });

  it('says so when there is nothing', () => {
    expect(finalBundle(modelOf(4, [{ op: 'run', state: 'done' }]))['text/plain']).toBe(
      '(4 ranks: no output)'
    );
    expect(finalBundle(modelOf(1, []))['text/plain']).toBe('(1 rank: starting)');
  });
});

describe('text/html', () => {
  const html = (run: IRunModel): string => finalBundle(run)['text/html'] as string;

  it('has the fixed form', async () => {
    await expect(html(everything())).toMatchFileSnapshot(
      '../../../fixtures/output/everything.html'
    );
  });

  it('begins with a line of text that says what it is', () => {
    const run = modelOf(4, [{ op: 'run', state: 'done', seconds: 0.25 }]);
    const [first, second] = html({ ...run, command: '%%mpirun -n 4  --env "A=<\n>"' }).split('\n');
    expect(first).toBe('%%mpirun -n 4 --env &#34;A=&#60; &#62;&#34; · 4 ranks · done in 250 ms');
    expect(second).toMatch(/^<div class="rb-run">/);
  });

  it('leaves out an OSC sequence without an end no further than to the end of its line', () => {
    const reducer = new RunReducer(head(1));
    reducer.apply(text(0, 'a\x1b]0;title\nafter\n'));
    const bundle = finalBundle(reducer.model());
    expect(bundle['text/html']).toContain('a\nafter');
    expect(bundle['text/plain']).toBe('[0] a\n[0] after');
  });

  it('holds no script, handler or address, whatever ranks put out', () => {
    const evil = `"><img src=x onerror=alert(1)><script>1</script><svg onload='x'>`;
    const bundle = {
      'text/plain': evil,
      'text/html': evil,
      'image/svg+xml': evil,
      'application/javascript': 'alert(1)',
      'text/markdown': evil
    };
    const output = (data: { [mime: string]: unknown }): Delta => ({
      op: 'output',
      rank: 0,
      output: { output_type: 'display_data', data, metadata: {} }
    });
    const reducer = new RunReducer(head(2, { id: '"><script>', command: evil }));
    const deltas: Delta[] = [
      text(0, evil),
      text(1, `\x1b[31m${evil}\x1b]8;;javascript:alert(1)\x07link\x1b]8;;\x07`),
      output(bundle),
      output({ 'image/png': `x" onerror="alert(1)`, 'text/plain': evil }),
      output({ 'image/jpeg': [PIXEL.slice(0, 40), '\n', PIXEL.slice(40)], 'text/plain': evil }),
      output({ 'image/png': { evil } }),
      { op: 'notice', notice: { level: 'warning', text: evil } },
      {
        op: 'output',
        rank: 1,
        output: { output_type: 'error', ename: evil, evalue: evil, traceback: [] }
      }
    ];
    deltas.forEach(delta => reducer.apply(delta));
    const tags = html(reducer.model()).match(/<[^>]*>/g) ?? [];
    const names = new Set(tags.map(tag => /^<\/?([a-z0-9]+)/.exec(tag)?.[1]));
    expect([...names].sort()).toEqual(
      ['b', 'div', 'h4', 'img', 'input', 'label', 'pre', 'section', 'span', 'style'].sort()
    );
    for (const tag of tags) {
      expect(tag.replace(/"[^"]*"/g, '')).not.toMatch(/\bon|javascript|href/);
    }
    expect(tags.filter(tag => tag.startsWith('<img'))).toHaveLength(1);
    expect(html(reducer.model())).not.toContain('javascript:');
  });

  it('keeps stdout and stderr in blocks of their own', () => {
    const run = modelOf(1, [
      text(0, 'a\n'),
      display(0, 'd'),
      text(0, 'e\n', 'stderr'),
      text(0, 'b')
    ]);
    expect(html(run)).toContain('<pre>a\nd\n</pre><pre class="rb-stderr">e\n</pre><pre>b</pre>');
  });

  it('shows a few of many errors and the others on demand, and what concerns the run', () => {
    const said = (count: number): string =>
      html({
        ...modelOf(1, []),
        notices: [
          ...Array.from({ length: count }, (_, rank) => ({
            level: 'error' as const,
            text: `Rank ${rank} failed`
          })),
          { level: 'warning', text: 'The world has ended.' }
        ]
      });
    expect(said(4)).not.toContain('<details>');
    const [before = '', hidden = ''] = said(64).split(
      '<details><summary>61 more messages</summary>'
    );
    expect(before.match(/Rank \d+ failed/g)).toEqual([0, 1, 2].map(rank => `Rank ${rank} failed`));
    expect(before).toContain('The world has ended.');
    expect(hidden.split('</details>')[0]?.match(/Rank \d+ failed/g)).toHaveLength(61);
  });

  it('opens at the first rank that failed, else as asked for', () => {
    const checked = (run: IRunModel): string =>
      /id="rb-5a0c-(\w+)"[^>]* checked>/.exec(html(run))?.[1] ?? '';
    const quiet = [0, 1, 2, 3].map(rank => text(rank, 'x\n'));
    const state = (rank: number, value: 'dead' | 'error'): Delta => ({
      op: 'rank',
      rank,
      state: value
    });
    expect(checked(modelOf(4, quiet))).toBe('all');
    expect(checked(modelOf(4, [...quiet, state(1, 'dead'), state(3, 'error')]))).toBe('3');
    expect(checked(modelOf(4, [...quiet, state(2, 'dead')]))).toBe('2');
    expect(checked(modelOf(1, quiet.slice(0, 1)))).toBe('0');
    const first: Delta = { op: 'notice', notice: { level: 'error', text: 'died', ranks: [2] } };
    expect(checked(modelOf(4, [first, state(1, 'error'), state(2, 'dead')]))).toBe('2');
  });

  it('says so where there is no output', () => {
    const said = (state: IRunModel['state']): string => html({ ...modelOf(2, []), state });
    expect(said('done')).toContain('<h4 class="rb-state">No output</h4>');
    expect(said('running')).not.toContain('No output');
  });

  it('shows lines of all ranks in the order of arrival', () => {
    const run = modelOf(2, [
      text(0, 'first\n'),
      text(1, 'second\n'),
      text(0, 'third\n'),
      display(1, 'fourth')
    ]);
    const all = html(run)
      .split('in the order of arrival</h4>')[1]
      .replace(/<[^>]*>/g, '');
    expect(all).toBe('[0] first\n[1] second\n[0] third\n[1] fourth\n');
  });

  it.each([
    ['\x1b[31mred\x1b[0m plain', '<span class="rb-c1">red</span> plain'],
    [
      '\x1b[1;92mbold\x1b[22m not',
      '<span class="rb-c2 rb-bold">bold</span><span class="rb-c2"> not</span>'
    ],
    ['\x1b[38;5;28mgreen\x1b[39m', '<span style="color:#008700">green</span>'],
    ['\x1b[38;2;1;2;300mrgb\x1b[m', '<span style="color:#0102ff">rgb</span>'],
    ['\x1b[48;5;250mgrey\x1b[49m', '<span style="background:#bcbcbc">grey</span>'],
    ['\x1b[7mx\x1b[27m', '<span class="rb-inverse">x</span>'],
    ['\x1b[2Jclear\x1b[1A\x1b(B', 'clear'],
    ['a\x00b\x07', 'ab']
  ])('turns %j into spans', (ansi, expected) => {
    expect(html(modelOf(1, [text(0, ansi)]))).toContain(`<pre>${expected}</pre>`);
  });
});

describe('spawned processes', () => {
  const run = modelOf(2, [
    text(0, 'parent\n'),
    { op: 'rank', rank: 2, label: '0.0', state: 'running' },
    text(2, 'child\n'),
    { op: 'rank', rank: 2, state: 'done', seconds: 1 },
    text(3, 'unknown\n')
  ]);

  it('stand behind the ranks under their labels', () => {
    expect(run.ranks.map(({ rank, label, state }) => [rank, label, state])).toEqual([
      [0, undefined, 'starting'],
      [1, undefined, 'starting'],
      [2, '0.0', 'done']
    ]);
    expect(finalBundle(run)['text/plain']).toBe('[  0] parent\n[0.0] child');
  });

  it('have tabs, and do not count as ranks', () => {
    const html = finalBundle(run)['text/html'];
    expect(html).toContain('data-tab="0.0" title="spawned process 0.0: done in 1 s"');
    expect(html).toContain('2 ranks and 1 spawned');
    expect(html).toContain('[0.0] </b>child');
  });
});

describe('large runs', () => {
  it('cost little more than their text', () => {
    const reducer = new RunReducer(head(4));
    let size = 0;
    for (let block = 0; block < 200; block++) {
      for (let rank = 0; rank < 4; rank++) {
        const lines = Array.from(
          { length: 100 },
          (_, i) => `rank ${rank} line ${block * 100 + i}\n`
        );
        reducer.apply(text(rank, lines.join('')));
        size += lines.join('').length;
      }
    }
    const bundle = finalBundle(reducer.model());
    expect(JSON.stringify(bundle).length).toBeLessThan(1.25 * size);
    for (const form of ['text/plain', 'text/html']) {
      const value = bundle[form] as string;
      expect(value).toContain('rank 3 line 0\n');
      expect(value).toContain('rank 3 line 19999');
      expect(value).toContain('not shown here; the JSON form of this output has them');
    }
    const run = bundle[RUN_MIME] as IRunModel;
    const lines = run.ranks.map(
      rank => (rank.outputs[0] as { text: string }).text.split('\n').length - 1
    );
    expect(lines).toEqual([20_000, 20_000, 20_000, 20_000]);
  });

  it('with one line of megabytes stay readable', () => {
    const run = modelOf(2, [text(0, 'z'.repeat(3_000_000)), text(1, 'small\n')]);
    const bundle = finalBundle(run);
    expect((bundle['text/plain'] as string).length).toBeLessThan(80_000);
    expect((bundle['text/html'] as string).length).toBeLessThan(120_000);
    expect(bundle['text/plain']).toContain('[1] small');
  });

  it('have previews of bounded size', () => {
    const deltas = Array.from({ length: 64 }, (_, rank) => text(rank, `${'line\n'.repeat(5000)}`));
    const bundle = previewBundle(modelOf(64, deltas), 8 * 1024);
    expect(JSON.stringify(bundle).length).toBeLessThan(150_000);
    expect(bundle['text/plain']).toContain('[63] line');
  });
});
