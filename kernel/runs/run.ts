import type { Delta, IRunRecord, KernelMessage, MimeBundle } from '../../src/protocol/index.js';
import type { RunHead } from '../output/index.js';
import type { IWorld, IWorlds, IWorldSpec } from '../worlds/world.js';
import type { ControlDesk } from './controlDesk.js';
import { errorOutput, outcomeOf } from './failures.js';
import type { LateText } from './lateText.js';
import type { IDeadlock, IRunMonitor } from './monitor.js';
import type { PastCells } from './pastCells.js';
import { RankEnds } from './rankEnds.js';
import { RankInputs } from './rankInputs.js';
import { RankStates, type RankDelta } from './rankStates.js';
import { RunDisplay } from './runDisplay.js';
import { RunFindings } from './runFindings.js';
import { RunListener, type IStarted } from './runListener.js';
import type { SaveFile } from './saveFile.js';
import type { ICellPort, ILivePort, IRunSpec, RunOutcome } from './spec.js';
import { SpawnedRanks } from './spawnedRanks.js';
import { StopPolicy } from './stopPolicy.js';
import { WaitWatch } from './waitWatch.js';

/**
 * Milliseconds that a cell waits for the last words of processes that it has spawned, which
 * end at about the same time. Those that go on are left to the cells that follow.
 */
const SPAWNED_TIME = 300;
/** Milliseconds that the reply may wait for the processes of a lost world to be gone. */
const LEAVE_TIME = 1000;

export interface IRunParts {
  spec: IRunSpec;
  world: IWorldSpec;
  head: RunHead;
  cell: ICellPort;
  worlds: IWorlds;
  live: ILivePort;
  desk: ControlDesk;
  late: LateText;
  monitor: IRunMonitor;
  past: PastCells;
  save: SaveFile | null;
  /** Whether the ranks of a world have the MPI layer, as their `ready` said. */
  layers: WeakMap<IWorld, boolean>;
}

/** One cell or program on one world, from the request to its outcome. */
export class Run {
  readonly id: string;
  readonly cellId: string | undefined;
  private _parts: IRunParts;
  private _display: RunDisplay;
  private _findings: RunFindings;
  private _inputs: RankInputs;
  private _states: RankStates;
  private _spawned: SpawnedRanks;
  private _listener: RunListener;
  private _starting = new AbortController();
  private _began = performance.now();
  private _bundle: MimeBundle | null = null;

  constructor(parts: IRunParts) {
    const { head, cell, live, save } = parts;
    this._parts = parts;
    this.id = head.id;
    this.cellId = cell.cellId;
    const { work } = parts.spec;
    this._findings = new RunFindings(head.ranks.length, work.kind === 'cell' ? work.source : '');
    this._display = new RunDisplay(head, cell, live, () => this._beforeTick());
    if (save) {
      save.onError = error => this._findings.notices.say('warning', `--save: ${error.message}`);
    }
    this._states = new RankStates(delta => this._onState(delta));
    this._spawned = new SpawnedRanks({
      findings: this._findings,
      put: delta => this._put(delta),
      onFailure: () => this._started?.stops.afterFailure()
    });
    this._inputs = new RankInputs(cell, (rank, value) =>
      this._started?.world.sendWork(rank, { type: 'input_reply', run: this.id, value })
    );
    this._listener = new RunListener({
      run: this.id,
      desk: parts.desk,
      late: parts.late,
      monitor: parts.monitor,
      states: this._states,
      inputs: this._inputs,
      spawned: this._spawned,
      put: delta => this._put(delta),
      apply: delta => this._display.apply(delta)
    });
  }

  /** The display as it stands at the end. */
  get bundle(): MimeBundle | null {
    return this._bundle;
  }

  /** What is recorded of its MPI calls so far. */
  get record(): IRunRecord {
    return this._parts.monitor.record();
  }

  snapshot(): KernelMessage {
    return this._display.snapshot();
  }

  /** Does not reject for anything that ranks do. */
  async carryOut(): Promise<RunOutcome> {
    this._display.open();
    try {
      const world = await this._acquire();
      if (world) {
        this._begin(world);
        await this._states.allEnded;
        await this._spawned.settle(this._spawnedTime);
        await this._leave(world);
        await this._lookBack(world);
      }
    } finally {
      this._started?.watch.dispose();
      this._started?.stops.dispose();
      this._inputs.cancel();
      this._display.dispose();
      this._parts.save?.close();
    }
    return this._close();
  }

  /** The user's interrupt; a second one kills. */
  interrupt(): void {
    this._inputs.cancel();
    this._spawned.leave();
    if (this._started) {
      this._started.stops.interrupt();
    } else {
      this._starting.abort(new Error('interrupted'));
    }
  }

  /** The kernel is going away, and the world with it. */
  end(): void {
    this._findings.kernelEnds();
    this.interrupt();
  }

  private get _started(): IStarted | null {
    return this._listener.started;
  }

  /** A program is over when all of its processes are. */
  private get _spawnedTime(): number {
    const { timeout } = this._parts.spec;
    if (this._findings.failure) {
      return 0;
    }
    return this._isProgram ? (timeout ?? Infinity) * 1000 : SPAWNED_TIME;
  }

  private get _isProgram(): boolean {
    return this._parts.spec.work.kind === 'program';
  }

  private async _acquire(): Promise<IWorld | null> {
    const { worlds, world: wanted, layers, head } = this._parts;
    try {
      const world = await worlds.acquire(wanted, this._listener, this._starting.signal);
      layers.set(world, layers.get(world) ?? this._listener.layer ?? false);
      return world;
    } catch (error) {
      if (this._starting.signal.aborted) {
        this._findings.startInterrupted();
        head.ranks.forEach(rank => this._states.end(rank, 'interrupted'));
      } else {
        this._findings.refused(error as Error);
        this._display.dropRanks();
      }
      return null;
    }
  }

  private _begin(world: IWorld): void {
    const { spec, head, late, desk, monitor, save, layers } = this._parts;
    const { work } = spec;
    save?.begin();
    const watch = new WaitWatch({
      world,
      run: this.id,
      desk,
      monitor,
      running: () => this._states.running(),
      onDeadlock: deadlock => this._onDeadlock(deadlock)
    });
    const stops = new StopPolicy({
      run: this.id,
      world,
      worldName: this._isProgram ? null : worldInWords(world),
      // Of a program nothing is to be saved: what waits for a failed rank goes with it.
      layer: layers.get(world) === true && !this._isProgram,
      work: work.kind === 'cell' ? 'cell' : work.form === 'executable' ? 'executable' : 'python',
      states: this._states,
      findings: this._findings,
      watch
    });
    const ends = new RankEnds({
      isProgram: this._isProgram,
      findings: this._findings,
      states: this._states,
      stops,
      monitor,
      put: delta => this._put(delta)
    });
    this._listener.begin({ world, watch, stops, ends });
    this._display.setWorld({ ...head.world, engine: world.engine, fresh: world.runs <= 1 });
    world.notices.forEach(text => this._findings.notices.say('info', text));
    this._states.begin(head.ranks);
    this._display.apply({ op: 'run', state: 'running' });
    late.take(world, head.ranks).forEach(l => this._listener.onText(l.rank, l.stream, l.text));
    head.ranks.forEach(rank => this._send(world, rank));
    this._listener.catchUp();
    if (spec.timeout !== null) {
      stops.startTimeout(spec.timeout);
    }
  }

  private _send(world: IWorld, rank: number): void {
    const { spec, cell } = this._parts;
    const { work, strict } = spec;
    const common = { run: this.id, stdin: cell.allowStdin, record: 'full', strict } as const;
    if (work.kind === 'cell') {
      const { executionCount, silent, cwd } = cell;
      world.sendWork(
        rank,
        { type: 'execute', execution_count: executionCount, cwd, silent, ...common },
        Buffer.from(work.source, 'utf8')
      );
    } else if (work.form !== 'executable') {
      world.sendWork(rank, { type: 'program', kind: work.form, argv: work.argv, ...common });
    }
  }

  private _put(delta: Delta): void {
    this._display.apply(delta);
    this._parts.save?.output(delta);
  }

  private _onState(delta: RankDelta): void {
    this._display.apply(delta);
    if (delta.state !== 'running') {
      this._inputs.cancel(delta.rank);
    }
  }

  private _onDeadlock(deadlock: IDeadlock): void {
    if (this._parts.spec.onDeadlock === 'wait') {
      this._findings.notices.add('warning', deadlock.ranks, deadlock.text, () => deadlock.text);
      this._display.schedule();
    } else {
      this._started?.stops.onDeadlock(deadlock);
    }
  }

  /** Ranks do not know a name: the hint says which cell has set it, where one has. */
  private async _lookBack(world: IWorld): Promise<void> {
    const { past, head, cell, spec } = this._parts;
    const name = this._findings.unknownName;
    if (name !== null) {
      this._findings.past = past.whoSet(name, world, head.ranks);
      this._findings.plain = (await cell.plainName?.(name)) ?? null;
    }
    if (spec.work.kind === 'cell' && !this._findings.failure) {
      const { id, name: worldName, size } = world;
      past.add({
        world: { id, name: worldName, size },
        ranks: head.ranks,
        cell: cell.executionCount,
        source: spec.work.source
      });
    }
  }

  private async _leave(world: IWorld): Promise<void> {
    if (this._findings.lost || this._isProgram) {
      let timer: NodeJS.Timeout | undefined;
      const patience = new Promise(resolve => (timer = setTimeout(resolve, LEAVE_TIME)));
      await Promise.race([world.stop(), patience]);
      clearTimeout(timer);
    }
    if (world.listener === this._listener) {
      world.listener = null;
    }
  }

  private _close(): RunOutcome {
    const { cell, monitor } = this._parts;
    const { notices, failure, state } = this._findings;
    for (const remark of this._started ? monitor.remarks() : []) {
      notices.add(remark.level, remark.ranks ?? [], remark.text, () => remark.text);
    }
    if (monitor.disordered) {
      this._started?.world.markUnclean();
    }
    const seconds = (performance.now() - this._began) / 1000;
    this._bundle = this._display.close(state, seconds, notices.all());
    if (!failure) {
      return { status: 'ok' };
    }
    if (!cell.silent) {
      cell.publish('error', errorOutput(failure));
    }
    return outcomeOf(failure);
  }

  private _beforeTick(): void {
    for (const notice of this._findings.notices.fresh()) {
      this._display.apply({ op: 'notice', notice });
    }
    this._parts.save?.flush();
  }
}

function worldInWords(world: IWorld): string {
  const named = world.name === String(world.size) ? '' : ` ${JSON.stringify(world.name)}`;
  return `world${named} of ${world.size} ${world.size === 1 ? 'rank' : 'ranks'}`;
}
