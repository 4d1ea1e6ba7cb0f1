import type {
  ControlReport,
  Delta,
  IRankExit,
  StreamName,
  TracePayload,
  WorkReport
} from '../../src/protocol/index.js';
import type { IWorld, IWorldListener } from '../worlds/world.js';
import type { ControlDesk } from './controlDesk.js';
import type { LateText } from './lateText.js';
import type { IRunMonitor } from './monitor.js';
import type { RankEnds } from './rankEnds.js';
import { displayDelta } from './rankFrames.js';
import type { RankInputs } from './rankInputs.js';
import type { RankStates } from './rankStates.js';
import type { SpawnedRanks } from './spawnedRanks.js';
import type { StopPolicy } from './stopPolicy.js';
import type { WaitWatch } from './waitWatch.js';

/** Parts of a run that exist once it has a world. */
export interface IStarted {
  world: IWorld;
  watch: WaitWatch;
  stops: StopPolicy;
  ends: RankEnds;
}

export interface IRunListenerParts {
  run: string;
  desk: ControlDesk;
  late: LateText;
  monitor: IRunMonitor;
  states: RankStates;
  inputs: RankInputs;
  spawned: SpawnedRanks;
  /** Takes the outputs of ranks. */
  put: (delta: Delta) => void;
  /** Takes the changes of a display that are no output. */
  apply: (delta: Delta) => void;
}

/** Takes what the ranks of a world say to the parts of the run on it that it concerns. */
export class RunListener implements IWorldListener {
  private _parts: IRunListenerParts;
  private _started: IStarted | null = null;
  /** What ranks have put out before the run has begun: programs do not wait for it. */
  private _early: (() => void)[] = [];
  private _layer: boolean | null = null;

  constructor(parts: IRunListenerParts) {
    this._parts = parts;
  }

  get started(): IStarted | null {
    return this._started;
  }

  /** Whether the ranks have the MPI layer; null: they have not said so to us. */
  get layer(): boolean | null {
    return this._layer;
  }

  /** The run has its world. */
  begin(started: IStarted): void {
    this._started = started;
    started.world.listener = this;
  }

  /** Its ranks have been given their work: what they have said already follows. */
  catchUp(): void {
    this._early.splice(0).forEach(give => give());
  }

  onWork(rank: number, report: WorkReport, payload: Uint8Array): void {
    if (report.type === 'ready') {
      this._layer = report.layer;
      return;
    }
    const { run, states, inputs, put, apply } = this._parts;
    if (!('run' in report) || report.run !== run || !states.isRunning(rank)) {
      return;
    }
    this._started?.watch.activity(rank);
    switch (report.type) {
      case 'display': {
        const delta = displayDelta(rank, report, payload);
        if (delta) {
          put(delta);
        }
        return;
      }
      case 'clear':
        apply({ op: 'clear', rank, wait: report.wait });
        return;
      case 'input_request':
        inputs.ask({ rank, prompt: report.prompt, password: report.password });
        return;
      case 'done':
        this._started?.ends.onDone(rank, report);
        return;
    }
  }

  onControl(rank: number, report: ControlReport, payload: Uint8Array): void {
    const { run, desk, monitor } = this._parts;
    desk.onControl(report);
    if (report.type === 'trace' && report.run === run) {
      monitor.onTrace(rank, parseTrace(payload), report.dropped);
    }
  }

  onText(rank: number, stream: StreamName, text: string): void {
    this._onceBegun(({ world, watch }) => {
      const { states, spawned, late, put } = this._parts;
      watch.activity(rank);
      if (states.has(rank) || spawned.has(rank)) {
        put({ op: 'stream', rank, name: stream, text });
      } else if (rank < world.size) {
        late.add(world, rank, stream, text);
      }
    });
  }

  onEpoch(): void {
    // Text comes in order by itself.
  }

  onExit(rank: number, exit: IRankExit): void {
    this._onceBegun(({ ends }) => ends.onExit(rank, exit));
  }

  onAbort(rank: number, code: number): void {
    this._onceBegun(({ stops }) => stops.onAbort(rank, code));
  }

  onSpawn(rank: number, label: string): void {
    this._onceBegun(() => this._parts.spawned.onSpawn(rank, label));
  }

  onSpawnEnd(rank: number, exit: IRankExit, failed: boolean): void {
    this._onceBegun(() => this._parts.spawned.onEnd(rank, exit, failed));
  }

  onSpawnRefused(rank: number, why: string): void {
    this._parts.spawned.onRefused(rank, why);
  }

  private _onceBegun(act: (started: IStarted) => void): void {
    if (this._started) {
      act(this._started);
    } else {
      this._early.push(() => this._onceBegun(act));
    }
  }
}

function parseTrace(payload: Uint8Array): TracePayload {
  return JSON.parse(Buffer.from(payload).toString('utf8')) as TracePayload;
}
