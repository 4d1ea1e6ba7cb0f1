import {
  bytesInWords,
  capitalised,
  counted,
  escapeHtml,
  ranksInWords,
  secondsInWords
} from '../output/index.js';
import type { StreamName } from '../../src/protocol/index.js';
import type { CellPlan } from '../magics/plan.js';
import { LEAVE_GRACE } from '../worlds/processes.js';
import {
  keptName,
  type IStopped,
  type IWorldInfo,
  type IWorldListener,
  type IWorlds
} from '../worlds/world.js';
import type { ICellPort, RunOutcome } from './spec.js';

export type WorldPlan = Extract<CellPlan, { kind: 'world' }>;

const NONE = 'No world is running. A cell that begins with %%mpirun -n 4 starts one.';

const LAYER_ON = 'The MPI layer is on: cells run on worlds that have it.';
const LAYER_OFF =
  'The MPI layer is off: from now on cells and programs run on worlds with plain mpi4py. ' +
  'A rank that hangs in MPI can only be killed then. %world layer on goes back to the others.';

/** Whether new worlds get the MPI layer: what `%world layer` sets. */
export interface ILayerSwitch {
  on: boolean;
}

/** Carries out `%world list | stop | restart | layer`. */
export async function worldCommand(
  plan: WorldPlan,
  cell: ICellPort,
  worlds: IWorlds,
  listener: IWorldListener,
  layer: ILayerSwitch,
  signal: AbortSignal
): Promise<RunOutcome> {
  if (plan.action === 'layer') {
    layer.on = plan.on ?? layer.on;
    print(cell, layer.on ? LAYER_ON : LAYER_OFF);
    return { status: 'ok' };
  }
  const known = worlds.list();
  const named = known.filter(world => plan.name === null || world.name === plan.name);
  if (plan.name !== null && named.length === 0) {
    const names = known.map(world => world.name).join(', ');
    return failed(
      cell,
      `There is no world named ${plan.name}. ${names === '' ? NONE : `Running: ${names}.`}`
    );
  }
  if (named.length === 0) {
    print(cell, NONE);
    return { status: 'ok' };
  }
  switch (plan.action) {
    case 'list':
      publishTable(cell, named, worlds.current?.name ?? null);
      return { status: 'ok' };
    case 'stop': {
      const stopped = await worlds.stop(plan.name);
      print(cell, `Stopped: ${stopped.map(({ name }) => `world ${name}`).join(', ')}.`);
      for (const world of stopped) {
        if (stopped.length > 1 && world.said.length > 0) {
          print(cell, `World ${world.name} at its end:`);
        }
        printLastWords(cell, world);
      }
      return { status: 'ok' };
    }
    case 'restart': {
      const name = plan.name ?? worlds.current?.name ?? named[0].name;
      const old = named.find(world => world.name === name) ?? named[0];
      return restart(old, cell, worlds, listener, layer, signal);
    }
  }
}

async function restart(
  old: IWorldInfo,
  cell: ICellPort,
  worlds: IWorlds,
  listener: IWorldListener,
  layer: ILayerSwitch,
  signal: AbortSignal
): Promise<RunOutcome> {
  const { name, size, nodes, engine } = old;
  const isNamed = name !== keptName(old);
  try {
    const world = await worlds.acquire(
      {
        size,
        nodes,
        layer: isNamed ? layer.on : old.layer,
        name: isNamed ? name : null,
        engine: engine === 'local' || engine === 'mpiexec' ? engine : null,
        fresh: true,
        temporary: false,
        env: {},
        ...(cell.environment && { inherit: cell.environment }),
        cwd: cell.cwd,
        onReplaced: stopped => printLastWords(cell, stopped)
      },
      listener,
      signal
    );
    world.listener = null;
    print(cell, `World ${name} has been started anew: ${counted(size, 'rank')}, no variables.`);
    return { status: 'ok' };
  } catch (error) {
    return failed(cell, signal.aborted ? 'Interrupted.' : (error as Error).message);
  }
}

const COLUMNS = [
  'world',
  'ranks',
  'nodes',
  'layer',
  'engine',
  'state',
  'runs',
  'memory',
  'age',
  'process ids'
];

function publishTable(cell: ICellPort, worlds: IWorldInfo[], current: string | null): void {
  const rows = worlds.map(world => [
    world.name === current ? `${world.name} (current)` : world.name,
    String(world.size),
    String(world.nodes),
    world.layer ? 'on' : 'off (plain mpi4py)',
    world.engine,
    world.state,
    String(world.runs),
    world.memory === null ? '' : bytesInWords(world.memory),
    secondsInWords(Math.max(0, Date.now() - world.started.getTime()) / 1000),
    shortened(world.pids)
  ]);
  const widths = COLUMNS.map((title, i) => Math.max(title.length, ...rows.map(r => r[i].length)));
  const text = [COLUMNS, ...rows]
    .map(row =>
      row
        .map((value, i) => value.padEnd(widths[i]))
        .join('  ')
        .trimEnd()
    )
    .join('\n');
  const cells = (tag: string, row: string[]): string =>
    `<tr>${row.map(value => `<${tag}>${escapeHtml(value)}</${tag}>`).join('')}</tr>`;
  const html = `<table><thead>${cells('th', COLUMNS)}</thead><tbody>${rows
    .map(row => cells('td', row))
    .join('')}</tbody></table>`;
  if (!cell.silent) {
    const data = { 'text/plain': text, 'text/html': html };
    cell.publish('display_data', { data, metadata: {}, transient: {} });
  }
}

function shortened(pids: number[]): string {
  const shown = pids.slice(0, 8).join(' ');
  return pids.length > 8 ? `${shown} ... (${pids.length})` : shown;
}

/** What ranks have said at their end, as in `atexit`, and which of them had no time for it. */
function printLastWords(cell: ICellPort, { said, cutShort }: IStopped): void {
  const width = Math.max(0, ...said.map(({ rank }) => String(rank).length));
  for (const { rank, stream, text } of said) {
    const label = `[${String(rank).padStart(width)}] `;
    const lines = text.replace(/\n$/, '').split('\n');
    print(cell, lines.map(line => label + line).join('\n'), stream);
  }
  if (cutShort.length > 0) {
    const were = cutShort.length === 1 ? 'was' : 'were';
    print(
      cell,
      `${capitalised(ranksInWords(cutShort))} ${were} killed, after ${LEAVE_GRACE / 1000} s: ` +
        'what cells have registered with atexit may not have run to its end.'
    );
  }
}

function print(cell: ICellPort, text: string, name: StreamName = 'stdout'): void {
  if (!cell.silent) {
    cell.publish('stream', { name, text: `${text}\n` });
  }
}

function failed(cell: ICellPort, message: string): RunOutcome {
  const error = { ename: 'WorldError', evalue: message, traceback: [message] };
  if (!cell.silent) {
    cell.publish('error', error);
  }
  return { status: 'error', ...error };
}
