import { describe, expect, test } from 'vitest';

import { RunRegistry } from '../../../src/models/registry.js';
import type { Delta } from '../../../src/protocol/index.js';
import { makeRun, stderr, stdout } from './runs.js';
import { eventually } from '../eventually.js';
import { makeView, panelText, render, rows, selected, settled, show, tab } from './views.js';

const HELLO = makeRun(
  [{ outputs: [stdout('a0\nb0\n')] }, { outputs: [stdout('a1\n'), stderr('oh\n')] }],
  { order: [1, 1, 0, 2, 1, 1] }
);

describe('RunView', () => {
  test('shows the command, the state and the time', async () => {
    const view = await show(HELLO);
    const title = view.node.querySelector('.jp-Rankbook-title')?.textContent;
    expect(title).toBe('%%mpirun -n 22 ranks · localdone310 ms');
  });

  test('shows all lines in the order of arrival, and each rank in an output area', async () => {
    const view = await show(HELLO);
    expect(rows(view)).toEqual(['[1] a1', '[0] a0', '[0] b0', '[1] oh']);
    tab(view, '1').click();
    await settled();
    expect(panelText(view)).toBe('a1\noh\n');
    expect(view.node.querySelectorAll('.jp-OutputArea')).toHaveLength(1);
  });

  test('opens at the rank that failed first, not at one that was stopped for it', async () => {
    const ranks = [{ state: 'dead' }, { state: 'error' }, { state: 'error' }] as const;
    expect(selected(await show(makeRun([...ranks], { state: 'error' })))).toBe('1');
    const notices = [
      { level: 'info' as const, text: 'World 3 was started anew.', ranks: [0] },
      { level: 'error' as const, text: 'Rank 2 raised.', ranks: [2] },
      { level: 'error' as const, text: 'Rank 1 raised.', ranks: [1] }
    ];
    expect(selected(await show(makeRun([...ranks], { state: 'error', notices })))).toBe('2');
    const died = [{ level: 'error' as const, text: 'Rank 0 died.', ranks: [0] }];
    expect(selected(await show(makeRun([...ranks], { state: 'error', notices: died })))).toBe('0');
  });

  test('opens at the first rank with an error, and keeps the tab that was chosen', async () => {
    const failed = makeRun([{}, { state: 'error' }], { state: 'error' });
    const view = await show(failed);
    expect(selected(view)).toBe('1');
    tab(view, '0').click();
    await render(view, failed);
    expect(selected(view)).toBe('0');
  });

  test('tells what is not there yet from what is left out for good', async () => {
    const note = async (state: 'running' | 'done'): Promise<string> => {
      const view = await show(makeRun([{ state, omitted: 2000 }], { state }));
      return panelText(view);
    };
    expect(await note('running')).toBe('2 kB came too fast to be shown while the run goes on.');
    expect(await note('done')).toBe('2 kB of the output of this rank were left out.');
  });

  test('says notices, errors as alerts', async () => {
    const view = await show(
      makeRun([{}], {
        notices: [
          { level: 'error', text: 'Rank 0 died.\nmore' },
          { level: 'info', text: 'so' }
        ]
      })
    );
    const alert = view.node.querySelector('[role=alert]');
    expect(alert?.textContent).toBe('Rank 0 died.more');
    expect(view.node.querySelector('[role=note]')?.textContent).toBe('so');
  });

  test('adds notices without saying those again that are there', async () => {
    const view = makeView();
    const first = { level: 'error', text: 'one' } as const;
    await render(view, makeRun([{}], { notices: [first] }));
    const alert = view.node.querySelector('[role=alert]');
    await render(view, makeRun([{}], { notices: [first, { level: 'error', text: 'two' }] }));
    const alerts = view.node.querySelectorAll('[role=alert]');
    expect(alerts).toHaveLength(2);
    expect(alerts[0]).toBe(alert);
  });

  test('shows a few of many errors, and what concerns the run; the rest when asked', async () => {
    const view = makeView();
    const errors = Array.from({ length: 64 }, (_, rank) => ({
      level: 'error' as const,
      text: `Rank ${rank} raised KeyError: ${rank}`
    }));
    const notices = [...errors, { level: 'warning' as const, text: 'The world has ended.' }];
    const texts = (): (string | null)[] =>
      [...view.node.querySelectorAll('.jp-Rankbook-notice')].map(notice => notice.textContent);
    await render(view, makeRun([{}], { notices: errors.slice(0, 4) }));
    expect(texts()).toHaveLength(4);
    await render(view, makeRun([{}], { notices }));
    expect(texts()).toEqual([
      ...errors.slice(0, 3).map(({ text }) => text),
      'The world has ended.'
    ]);
    const button = view.node.querySelector<HTMLElement>('.jp-Rankbook-header button');
    expect(button?.textContent).toBe('Show 61 more messages');
    button?.click();
    expect(texts()).toEqual(notices.map(({ text }) => text));
    expect(button?.hidden).toBe(true);
  });

  test('reconciles: rendering the same again leaves every element', async () => {
    const view = await show(HELLO);
    tab(view, '0').click();
    await settled();
    const before = [...view.node.querySelectorAll('*')];
    await render(view, structuredClone(HELLO));
    await settled();
    const after = [...view.node.querySelectorAll('*')];
    expect(after).toHaveLength(before.length);
    expect(panelText(view)).toBe('a0\nb0\n');
  });

  test('follows deltas', async () => {
    const registry = new RunRegistry();
    const link = { attach: () => undefined };
    registry.addLink(link);
    const view = makeView(registry);
    const start = makeRun([{ state: 'running' }, { state: 'running' }], { state: 'running' });
    await render(view, start);
    registry.receive(link, { type: 'snapshot', seq: 0, run: structuredClone(start) });
    const send = (seq: number, ...deltas: Delta[]): void =>
      registry.receive(link, { type: 'deltas', id: start.id, seq, deltas });
    send(1, { op: 'stream', rank: 1, name: 'stdout', text: 'half ' });
    await eventually(() => expect(rows(view)).toEqual(['[1] half ']));
    send(
      2,
      { op: 'stream', rank: 1, name: 'stdout', text: 'whole\n' },
      { op: 'rank', rank: 1, state: 'error', line: 3 }
    );
    await eventually(() => expect(selected(view)).toBe('1'));
    expect(tab(view, '1').title).toBe('Rank 1: error in line 3');
    await eventually(() => expect(panelText(view)).toBe('half whole\n'));
    tab(view, 'all').click();
    expect(rows(view)).toEqual(['[1] half whole']);
    send(3, { op: 'clear', rank: 1, wait: false });
    await eventually(() => expect(panelText(view)).toBe(''));
  });

  test('shows a long text of a rank in part, and all of it when asked', async () => {
    const text = 'a line of text\n'.repeat(100_000);
    const view = await show(makeRun([{ outputs: [stdout(text)] }]));
    tab(view, '0').click();
    await settled();
    const button = view.node.querySelector<HTMLElement>('.jp-OutputArea button.jp-Rankbook-gap');
    expect(button?.textContent).toBe('Show all (1.4 MB more)');
    expect(panelText(view).length).toBeLessThan(150_000);
    button?.click();
    await settled();
    expect(panelText(view)).toBe(text);
  }, 30_000);

  test('has the views that the run asks for', async () => {
    const merged = await show({ ...HELLO, view: 'merged' });
    expect(merged.node.querySelector('[role=tablist]')).toBeNull();
    expect(rows(merged)).toHaveLength(4);
    const grid = await show({ ...HELLO, view: 'grid' });
    await settled();
    const tiles = [...grid.node.querySelectorAll('.jp-Rankbook-tile')];
    expect(tiles.map(tile => tile.getAttribute('aria-label'))).toEqual([
      'Rank 0: done',
      'Rank 1: done'
    ]);
    expect(tiles[0]?.textContent).toContain('a0\nb0\n');
  });

  test('shows only the notices where no rank was started', async () => {
    const view = await show(
      makeRun([], {
        world: { name: '4', size: 4, engine: 'local', fresh: true },
        state: 'error',
        notices: [{ level: 'error', text: 'The world of 4 ranks could not be started.' }]
      })
    );
    expect(view.node.querySelector('.jp-Rankbook-world')?.textContent).toContain('4 ranks');
    expect(view.widgets.filter(widget => widget.isVisible)).toHaveLength(1);
  });

  test('says of what it can not read so, and shows its plain text', async () => {
    const view = makeView();
    await render(view, { version: 9 });
    expect(view.node.textContent).toContain('another version of Rankbook');
    expect(view.node.querySelector('pre')?.textContent).toBe('plain');
    await render(view, HELLO);
    expect(rows(view)).toHaveLength(4);
  });
});

describe('tabs', () => {
  test('are one where there is one rank, until it has spawned another', async () => {
    const view = await show(makeRun([{ rank: 2, outputs: [stdout('a2\n')] }]));
    const ids = (): (string | undefined)[] =>
      [...view.node.querySelectorAll<HTMLElement>('[role=tab]')].map(
        ({ dataset }) => dataset['tab']
      );
    expect(ids()).toEqual(['2']);
    expect(selected(view)).toBe('2');
    await settled();
    expect(panelText(view)).toBe('a2\n');
    await render(view, makeRun([{ rank: 2 }, { rank: 4, label: '2.0' }]));
    expect(ids()).toEqual(['all', '2', '4']);
    expect(selected(view)).toBe('all');
  });

  test('have the roles and names of the tabs pattern', async () => {
    const view = await show(HELLO);
    const tabs = [...view.node.querySelectorAll<HTMLElement>('[role=tab]')];
    expect(tabs.map(element => element.getAttribute('aria-label'))).toEqual([
      'All ranks: done',
      'Rank 0: done',
      'Rank 1: done'
    ]);
    expect(tabs.map(element => element.tabIndex)).toEqual([0, -1, -1]);
    const panel = view.node.querySelector('[role=tabpanel]');
    expect(tabs.every(element => element.getAttribute('aria-controls') === panel?.id)).toBe(true);
    expect(panel?.getAttribute('aria-labelledby')).toBe(tabs[0]?.id);
  });

  test('are moved through by keys that the notebook does not see', async () => {
    const view = await show(HELLO);
    const seen: string[] = [];
    const listener = (event: KeyboardEvent): number => seen.push(event.key);
    document.addEventListener('keydown', listener, true);
    const press = (key: string): void => {
      const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true });
      document.activeElement?.dispatchEvent(event);
    };
    tab(view, 'all').focus();
    const visited = ['ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowLeft', 'Home', 'End'].map(
      key => {
        press(key);
        return selected(view);
      }
    );
    expect(visited).toEqual(['0', '1', 'all', '1', 'all', '1']);
    expect(document.activeElement).toBe(tab(view, '1'));
    press('s');
    tab(view, '1').blur();
    press('ArrowLeft');
    expect(seen).toEqual(['s', 'ArrowLeft']);
    expect(selected(view)).toBe('1');
    document.removeEventListener('keydown', listener, true);
  });
});

describe('what ranks put out', () => {
  const EVIL = '<img src=x onerror="alert(1)"><script>window.ran = true</script>';
  const html = {
    output_type: 'display_data',
    data: { 'text/html': `<b>bold</b>${EVIL}` },
    metadata: {}
  } as const;

  test('is text where it is text', async () => {
    const view = await show(
      makeRun(
        [
          {
            state: 'error',
            outputs: [
              stdout(`${EVIL}\n`),
              { output_type: 'error', ename: EVIL, evalue: EVIL, traceback: [EVIL] }
            ],
            exit: { cause: EVIL }
          },
          {}
        ],
        { command: EVIL, notices: [{ level: 'error', text: EVIL }], state: 'error' }
      )
    );
    await settled();
    tab(view, 'all').click();
    await settled();
    expect(view.node.querySelector('img, script')).toBeNull();
    expect(rows(view)[0]).toBe(`[0] ${EVIL}`);
  });

  test('is sanitised as HTML where the notebook is not trusted', async () => {
    const view = await show(makeRun([{ outputs: [html] }], { view: 'grid' }));
    await settled();
    expect(view.node.querySelector('b')?.textContent).toBe('bold');
    expect(view.node.querySelector('script, [onerror]')).toBeNull();
  });

  test('is as trusted as the notebook, also when that changes', async () => {
    const view = makeView();
    const run = makeRun([{ outputs: [html] }]);
    await render(view, run, false);
    tab(view, '0').click();
    await settled();
    expect(view.node.querySelector('[onerror]')).toBeNull();
    await render(view, run, true);
    await settled();
    expect(view.node.querySelector('[onerror]')).not.toBeNull();
  });
});
