import { afterEach, describe, expect, it, vi } from 'vitest';
import { cellSpec } from './fakeWorld.js';
import { setting } from './setting.js';

afterEach(async () => {
  await vi.advanceTimersByTimeAsync(1000);
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const everyRank = [0, 1, 2, 3];

const info = {
  name: '4',
  size: 4,
  nodes: 1,
  layer: true,
  engine: 'local',
  state: 'idle' as const,
  runs: 3,
  pids: [11, 12, 13, 14],
  memory: 41_000_000,
  started: new Date(0)
};

describe('%world', () => {
  it('lists worlds as text and table', async () => {
    const s = setting();
    const started = new Date(Date.now() - 65_000);
    s.worlds.infos = [
      { ...info, started },
      { ...info, name: '<b>', size: 2 }
    ];
    await s.runs.worldCommand({ kind: 'world', action: 'list', name: null }, s.cell);
    expect(s.cell.plain).toMatch(/^world +ranks +nodes +layer +engine/);
    expect(s.cell.plain).toMatch(/4 +4 +1 +on +local +idle +3 +41 MB +1 min 5 s +11 12 13 14/);
    expect(s.cell.bundle['text/html']).not.toContain('<b>');
  });

  it('says what it has stopped, and that there is nothing to stop', async () => {
    const s = setting();
    await s.runs.worldCommand({ kind: 'world', action: 'stop', name: null }, s.cell);
    s.worlds.infos = [info];
    await s.runs.worldCommand({ kind: 'world', action: 'stop', name: null }, s.cell);
    expect(s.cell.published.map(p => p.content['text'])).toEqual([
      'No world is running. A cell that begins with %%mpirun -n 4 starts one.\n',
      'Stopped: world 4.\n'
    ]);
    const outcome = await s.runs.worldCommand(
      { kind: 'world', action: 'stop', name: 'heat' },
      s.cell
    );
    expect(outcome).toMatchObject({
      status: 'error',
      evalue: 'There is no world named heat. Running: 4.'
    });
  });

  it('shows what ranks say at their end, and which had to be killed', async () => {
    const s = setting();
    s.worlds.infos = [info];
    s.worlds.lastWords = [
      { rank: 3, stream: 'stdout', text: 'bye\nbye\n' },
      { rank: 10, stream: 'stderr', text: 'no' }
    ];
    s.worlds.cutShort = [1, 2];
    const told = [
      ['stdout', '[ 3] bye\n[ 3] bye\n'],
      ['stderr', '[10] no\n'],
      [
        'stdout',
        'Ranks 1 and 2 were killed, after 2 s: what cells have registered with atexit may not ' +
          'have run to its end.\n'
      ]
    ];
    const published = (): unknown[] =>
      s.cell.published.map(({ content }) => [content['name'], content['text']]);
    await s.runs.worldCommand({ kind: 'world', action: 'stop', name: null }, s.cell);
    expect(published()).toEqual([['stdout', 'Stopped: world 4.\n'], ...told]);
    s.cell.published.length = 0;
    s.worlds.infos = [info, { ...info, name: 'heat' }];
    await s.runs.worldCommand({ kind: 'world', action: 'stop', name: null }, s.cell);
    expect(published()).toEqual([
      ['stdout', 'Stopped: world 4, world heat.\n'],
      ['stdout', 'World 4 at its end:\n'],
      ...told,
      ['stdout', 'World heat at its end:\n'],
      ...told
    ]);
  });

  it('restarts a world under its name', async () => {
    const s = setting();
    s.worlds.infos = [{ ...info, name: 'heat' }];
    await s.runs.worldCommand({ kind: 'world', action: 'restart', name: 'heat' }, s.cell);
    expect(s.worlds.acquired[0]).toMatchObject({ name: 'heat', size: 4, fresh: true });
    expect(s.world.listener).toBeNull();
  });
});

describe('%world layer', () => {
  const layer = (on: boolean | null) => ({ kind: 'world', action: 'layer', on }) as const;

  it('says which worlds the cells that follow get', async () => {
    const s = setting();
    await s.runs.worldCommand(layer(false), s.cell);
    expect(s.cell.published.at(-1)?.content['text']).toMatch(
      /^The MPI layer is off: .*plain mpi4py/
    );
    await s.start();
    everyRank.forEach(rank => s.world.done(rank));
    await s.outcome();
    expect(s.worlds.acquired[0]).toMatchObject({ size: 4, name: null, layer: false });
    expect(s.cell.model.world.name).toBe('4-plain');
  });

  it('tells and changes nothing without a word', async () => {
    const s = setting();
    await s.runs.worldCommand(layer(null), s.cell);
    expect(s.cell.published.at(-1)?.content['text']).toMatch(/^The MPI layer is on/);
  });

  it('holds for a named world that is restarted; the others keep what they have', async () => {
    const s = setting();
    s.worlds.infos = [{ ...info, name: 'heat' }, info];
    await s.runs.worldCommand(layer(false), s.cell);
    await s.runs.worldCommand({ kind: 'world', action: 'restart', name: 'heat' }, s.cell);
    s.world.listener = null;
    await s.runs.worldCommand({ kind: 'world', action: 'restart', name: '4' }, s.cell);
    expect(s.worlds.acquired.map(spec => [spec.name, spec.layer])).toEqual([
      ['heat', false],
      [null, true]
    ]);
  });
});

describe('--nodes', () => {
  it('is a world of its own, on which cells that name none go on', async () => {
    const s = setting();
    const world = { ...cellSpec().world, nodes: 2 };
    await s.start(cellSpec({ world }));
    everyRank.forEach(rank => s.world.done(rank));
    await s.outcome();
    expect(s.worlds.acquired[0]).toMatchObject({ size: 4, nodes: 2, name: null });
    expect(s.cell.model.world.name).toBe('4-on-2-nodes');
  });

  it('is refused where a node would have no rank', async () => {
    const s = setting();
    const world = { ...cellSpec().world, size: null, nodes: 5 };
    const outcome = await s.runs.run(cellSpec({ world }), s.cell);
    expect(outcome).toMatchObject({ evalue: '--nodes 5: there are only 4 ranks.' });
    expect(s.worlds.acquired).toEqual([]);
  });
});
