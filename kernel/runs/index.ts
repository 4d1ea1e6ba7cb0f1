import { randomUUID } from 'node:crypto';
import {
  RUN_MIME,
  type IRunModel,
  type IRunRecord,
  type KernelMessage,
  type MimeBundle
} from '../../src/protocol/index.js';
import { counted, type RunHead } from '../output/index.js';
import { RunTrace } from '../trace/index.js';
import { keptName, type IWorld, type IWorlds, type IWorldSpec } from '../worlds/world.js';
import { ControlDesk } from './controlDesk.js';
import { IdleListener, LateText } from './lateText.js';
import type { IRunMonitor } from './monitor.js';
import { PastCells } from './pastCells.js';
import { Run } from './run.js';
import { SaveFile } from './saveFile.js';
import type { ICellPort, ILivePort, IRunSpec, RunOutcome } from './spec.js';
import { worldCommand, type ILayerSwitch, type WorldPlan } from './worldCommand.js';

/** Ended runs that a page can still attach to. */
const RECENT = 3;
/** Milliseconds that rank 0 has for a completion or an inspection. */
const ANSWER_TIME = 700;
const DEFAULT_SIZE = 4;
/** Of a run that has ended: no deltas follow. */
const LAST_SEQ = Number.MAX_SAFE_INTEGER;

export interface IRunsParts {
  worlds: IWorlds;
  live: ILivePort;
  log: (text: string) => void;
  /** Number of ranks where neither the cell nor a world says one. */
  defaultSize?: () => number;
  /** Worlds get the MPI layer until `%world layer` says otherwise; absent: yes. */
  layer?: boolean;
  /** Makes what judges the MPI calls of one run; absent: that of `kernel/trace`. */
  monitor?: (ranks: number[], size: number, source: string) => IRunMonitor;
}

/**
 * Carries out cells and programs on ranks. One at a time is the rule; several may run at
 * once on different worlds.
 */
export class Runs {
  private _parts: IRunsParts;
  private _active = new Map<string, Run>();
  private _recent: { id: string; bundle: MimeBundle; record: IRunRecord }[] = [];
  private _desk = new ControlDesk();
  private _late = new LateText();
  private _past = new PastCells();
  private _layers = new WeakMap<IWorld, boolean>();
  private _layer: ILayerSwitch;
  private _command: AbortController | null = null;
  /** Listens for an answer while no run does. */
  private _asking = 0;
  private _idle: { world: IWorld; listener: IdleListener } | null = null;

  constructor(parts: IRunsParts) {
    this._parts = parts;
    this._layer = { on: parts.layer ?? true };
  }

  /**
   * Run on ranks and publish the run's display through `cell`: at once, while it runs, and
   * whole before this resolves. After a failure an `error` output follows the display. Rejects
   * only for mistakes in this kernel.
   */
  async run(spec: IRunSpec, cell: ICellPort): Promise<RunOutcome> {
    const size = this._sizeOf(spec);
    const outside = (spec.ranks ?? []).find(rank => rank < 0 || rank >= size);
    if (outside !== undefined) {
      const there = size === 1 ? 'only rank 0' : `ranks 0-${size - 1}`;
      return refused(cell, `There is no rank ${outside}: the world has ${there}.`);
    }
    const world = this._worldSpec(spec, size, cell);
    if (world.nodes !== undefined && world.nodes > size) {
      return refused(cell, `--nodes ${world.nodes}: there are only ${counted(size, 'rank')}.`);
    }
    let save: SaveFile | null = null;
    if (spec.save !== null) {
      try {
        save = new SaveFile(spec.save, cell.cwd);
      } catch (error) {
        return refused(cell, `--save: ${(error as Error).message}`);
      }
    }
    const ranks = spec.ranks ?? Array.from({ length: size }, (_, rank) => rank);
    const run = new Run({
      spec,
      world,
      head: headOf(spec, cell, world, ranks),
      cell,
      worlds: this._parts.worlds,
      live: cell.silent ? NOBODY : this._parts.live,
      desk: this._desk,
      late: this._late,
      monitor: (this._parts.monitor ?? traceMonitor)(ranks, size, sourceOf(spec)),
      past: this._past,
      save,
      layers: this._layers
    });
    this._active.set(run.id, run);
    this._stopListening();
    try {
      return await run.carryOut();
    } finally {
      this._active.delete(run.id);
      if (run.bundle) {
        const { id, bundle, record } = run;
        this._recent = [...this._recent, { id, bundle, record }].slice(-RECENT);
      }
    }
  }

  /** Carries out `%world list | stop | restart | layer`. */
  async worldCommand(plan: WorldPlan, cell: ICellPort): Promise<RunOutcome> {
    const command = new AbortController();
    this._command = command;
    this._stopListening();
    try {
      return await worldCommand(
        plan,
        cell,
        this._parts.worlds,
        { onWork() {}, onControl() {}, onText() {}, onEpoch() {}, onExit() {}, onAbort() {} },
        this._layer,
        command.signal
      );
    } finally {
      this._command = null;
    }
  }

  /** Interrupt all that is running on ranks; false where nothing is. */
  interrupt(): boolean {
    const command = this._command;
    command?.abort(new Error('interrupted'));
    this._active.forEach(run => run.interrupt());
    return command !== null || this._active.size > 0;
  }

  /** The runs that have not ended. */
  active(): { id: string; cellId?: string }[] {
    return [...this._active.values()].map(({ id, cellId }) => ({
      id,
      ...(cellId === undefined ? {} : { cellId })
    }));
  }

  /** A run as it is now, for a page that asks: one that is running, or one of the last few. */
  attach(id: string): KernelMessage {
    const run = this._active.get(id);
    if (run) {
      return run.snapshot();
    }
    const recent = this._recent.find(ended => ended.id === id);
    if (!recent) {
      return { type: 'gone', id };
    }
    const { [RUN_MIME]: model, ...readable } = recent.bundle;
    return { type: 'snapshot', seq: LAST_SEQ, run: model as IRunModel, readable };
  }

  /** What is recorded of the MPI calls of such a run. */
  record(id: string): KernelMessage {
    const run = this._active.get(id) ?? this._recent.find(ended => ended.id === id);
    return { type: 'record', id, record: run?.record ?? null };
  }

  /** What rank 0 of the current world proposes, as in complete_reply; null where it can not. */
  async complete(code: string, cursorPos: number): Promise<{ [key: string]: unknown } | null> {
    const answer = await this._ask({ type: 'complete', code, cursor_pos: cursorPos });
    if (answer?.type !== 'complete_reply') {
      return null;
    }
    const { matches, cursor_start, cursor_end, metadata } = answer;
    return { status: 'ok', matches, cursor_start, cursor_end, metadata };
  }

  /** What rank 0 of the current world knows of a name, as in inspect_reply, or null. */
  async inspect(
    code: string,
    cursorPos: number,
    detail: 0 | 1
  ): Promise<{ [key: string]: unknown } | null> {
    const answer = await this._ask({
      type: 'inspect',
      code,
      cursor_pos: cursorPos,
      detail_level: detail
    });
    return answer?.type === 'inspect_reply'
      ? { status: 'ok', found: answer.found, data: answer.data, metadata: {} }
      : null;
  }

  /** End what is running. The worlds are their owner's to stop. */
  async dispose(): Promise<void> {
    this._desk.dispose();
    this._command?.abort(new Error('The kernel is going away.'));
    this._active.forEach(run => run.end());
    await this._parts.worlds.dispose();
  }

  private async _ask(
    request: Parameters<ControlDesk['ask']>[2]
  ): Promise<Awaited<ReturnType<ControlDesk['ask']>>> {
    const world = this._parts.worlds.current;
    if (!world || (world.state !== 'idle' && world.state !== 'running')) {
      return null;
    }
    if (!world.listener) {
      const listener = new IdleListener(world, this._desk, this._late);
      world.listener = listener;
      this._idle = { world, listener };
    }
    this._asking++;
    try {
      return await this._desk.ask(world, 0, request, ANSWER_TIME);
    } finally {
      this._asking--;
      if (this._asking === 0) {
        this._stopListening();
      }
    }
  }

  /** A world that has a listener counts as busy: a cell must not find ours there. */
  private _stopListening(): void {
    if (this._idle?.world.listener === this._idle?.listener && this._idle) {
      this._idle.world.listener = null;
    }
    this._idle = null;
  }

  private _sizeOf(spec: IRunSpec): number {
    const { size, name } = spec.world;
    if (size !== null) {
      return size;
    }
    const { worlds, defaultSize } = this._parts;
    const named = name === null ? undefined : worlds.list().find(world => world.name === name);
    const current = name === null ? worlds.current?.size : undefined;
    return named?.size ?? current ?? defaultSize?.() ?? DEFAULT_SIZE;
  }

  private _worldSpec({ world, work }: IRunSpec, size: number, cell: ICellPort): IWorldSpec {
    const { name, env, engine, fresh } = world;
    // A cell that names no world means the current one.
    const isCurrent = name === null && world.size === null && work.kind === 'cell';
    const nodes = world.nodes ?? (isCurrent ? this._parts.worlds.current?.nodes : undefined);
    return {
      size,
      ...(nodes === undefined && name !== null ? {} : { nodes: nodes ?? 1 }),
      layer: this._layer.on,
      name,
      engine,
      fresh,
      temporary: work.kind === 'program',
      env,
      ...(cell.environment && { inherit: cell.environment }),
      cwd: cell.cwd,
      ...(work.kind === 'program' && work.form === 'executable' ? { exec: work.argv } : {})
    };
  }
}

function traceMonitor(ranks: number[], size: number, source: string): IRunMonitor {
  return new RunTrace({ size, ranks, source, clock: () => performance.now() / 1000 });
}

function sourceOf({ work }: IRunSpec): string {
  return work.kind === 'cell' ? work.source : '';
}

const NOBODY: ILivePort = { attached: false, send() {} };

function headOf(spec: IRunSpec, cell: ICellPort, world: IWorldSpec, ranks: number[]): RunHead {
  const { size } = world;
  return {
    id: randomUUID(),
    command: spec.command,
    world: {
      name: world.name ?? keptName(world),
      size,
      engine: spec.world.engine ?? 'local',
      fresh: spec.world.fresh
    },
    view: spec.view ?? 'tabs',
    started: new Date().toISOString(),
    ...(cell.cellId === undefined ? {} : { cellId: cell.cellId }),
    ranks
  };
}

/** Nothing has been started: an error output is all there is. */
function refused(cell: ICellPort, message: string): RunOutcome {
  const error = { ename: 'UsageError', evalue: message, traceback: [message] };
  if (!cell.silent) {
    cell.publish('error', error);
  }
  return { status: 'error', ...error };
}
