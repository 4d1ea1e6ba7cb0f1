import { availableParallelism } from 'node:os';
import type { IRankExit, RankState } from '../../src/protocol/index.js';
import type { IWorld } from '../worlds/world.js';
import type { IDeadlock, Snapshot } from './monitor.js';
import type { RankStates } from './rankStates.js';
import type { RunFindings } from './runFindings.js';
import type { WaitWatch } from './waitWatch.js';

/**
 * Milliseconds that ranks have to react to an interrupt before they are killed: the longer the
 * more of them share a core, since each makes its traceback then. With the MPI layer only
 * foreign code keeps them from it; without it, each wait in MPI does.
 */
const REACTION_TIME = { layer: 2000, plain: 1000 };
const RANKS_A_CORE = 8;
/**
 * Milliseconds more for a rank that is about to stop: it waits where it is told, or has left the
 * cell and makes its traceback, which takes long the first time on a busy machine; and between
 * two looks at it.
 */
const TRACEBACK_TIME = 4000;
const TRACEBACK_STEP = 200;
/**
 * Milliseconds that other ranks may go on after one has failed, before they are stopped. With
 * the MPI layer it is the time in which the monitor finds out what they wait for.
 */
const FAILURE_GRACE = { layer: 2000, plain: 700 };
/** The same once the process of a rank has ended: MPI is of no use to the others then. */
const DEATH_GRACE = 400;
/** As {@link TRACEBACK_TIME}, where the world is lost anyway. */
const LAST_TRACEBACK_TIME = 900;
/** Milliseconds for killed processes to be reported as ended. */
const EXIT_TIME = 1500;

/** With these we end processes; one that ends by another has a story of its own. */
const STOP_SIGNALS = new Set(['SIGINT', 'SIGTERM', 'SIGKILL']);

export interface IStopParts {
  run: string;
  world: IWorld;
  /** In words, for notices; null where nobody expects it to last. */
  worldName: string | null;
  /** Ranks have the MPI layer: they say what they wait for. */
  layer: boolean;
  /** A cell, whose lines ranks know; a Python program; an executable, which has no agent. */
  work: 'cell' | 'python' | 'executable';
  states: RankStates;
  findings: RunFindings;
  watch: WaitWatch;
}

/** Decides which ranks must stop, and sees to it that they do. */
export class StopPolicy {
  private _parts: IStopParts;
  private _timers = new Set<NodeJS.Timeout>();
  /** Ranks that have been told to stop. */
  private _told = new Set<number>();
  private _interrupts = 0;
  /** A rank has failed, and the time that the others have is running. */
  private _gracious = false;
  private _killed: RankState | null = null;
  private _aborter: number | null = null;

  constructor(parts: IStopParts) {
    this._parts = parts;
  }

  told(rank: number): boolean {
    return this._told.has(rank);
  }

  /** The user's interrupt; the second one kills. */
  interrupt(): void {
    this._interrupts++;
    this._parts.findings.interruptedByUser();
    if (this._interrupts === 1) {
      this._stop(this._parts.states.running());
    } else {
      this._killStubborn(this._parts.states.running());
    }
  }

  startTimeout(seconds: number): void {
    this._after(seconds * 1000, () => {
      const { states, findings } = this._parts;
      findings.timedOut(seconds, states.running());
      this._stop(states.running());
    });
  }

  /** A rank has failed: others may go on while they can, but not wait for ever. */
  afterFailure(grace = FAILURE_GRACE[this._parts.layer ? 'layer' : 'plain']): void {
    if (this._gracious && grace > 0) {
      return;
    }
    this._gracious = true;
    this._after(grace, async () => {
      const { states, layer, watch } = this._parts;
      this._gracious = false;
      if (!layer || grace === 0) {
        this._stop(states.running());
        return;
      }
      const snapshots = await watch.ask(states.running());
      this._stop([...snapshots].filter(([, s]) => s.wait !== null).map(([rank]) => rank));
      if (states.running().some(rank => !this._told.has(rank))) {
        this.afterFailure();
      }
    });
  }

  /** `text` explains it; ranks raise their `own` part of it at the line where they wait. */
  onDeadlock({ ranks, text, own }: IDeadlock): void {
    const { world, run, findings } = this._parts;
    const tell = (rank: number): void =>
      world.sendControl(rank, { type: 'deadlock', run, text: own.get(rank) ?? text });
    const again = ranks.filter(rank => this._told.has(rank));
    // They have caught it and wait again. It raises only where a rank waits.
    again.forEach(tell);
    if (again.length === ranks.length) {
      return;
    }
    if (findings.failure) {
      // They wait for a rank that has failed: its error is the story.
      findings.notices.add('info', ranks, text, () => text);
      this._stop(ranks);
      return;
    }
    findings.deadlocked(ranks, text);
    this._stop(ranks, this._reactionTime(ranks.length), tell);
  }

  /** `MPI_Abort`: MPI ends the processes itself, what hangs on is killed. */
  onAbort(rank: number, code: number): void {
    const { findings } = this._parts;
    findings.aborted(rank, code);
    this._loseWorld();
    this._aborter = rank;
    this._killed ??= 'interrupted';
    this._after(DEATH_GRACE, () => this._kill('interrupted'));
  }

  /** A process has ended. True where that is no news: it was told to, or is a consequence. */
  onExpectedExit(rank: number, exit: IRankExit): boolean {
    const { states, findings, work } = this._parts;
    if (findings.lost && !states.isRunning(rank)) {
      return true;
    }
    const crashed = exit.signal !== undefined && !STOP_SIGNALS.has(exit.signal);
    if (this._killed === null && (crashed || !this._told.has(rank))) {
      return false;
    }
    if (states.isRunning(rank)) {
      const over = states.codeOf(rank) !== undefined;
      if (work !== 'cell' && !over && this._killed !== 'dead' && this._aborter === null) {
        findings.stopped(rank, [], null);
      }
      const state = rank === this._aborter ? 'error' : (this._killed ?? 'interrupted');
      states.end(rank, this._lastState(rank, state), { exit });
    }
    if (this._killed === null && work === 'cell') {
      // It should have gone on to the next cell.
      this._loseWorld();
      this._kill('interrupted');
    }
    return true;
  }

  /** A process has ended by itself. */
  onDeath(rank: number, exit: IRankExit): void {
    const { states, findings, work } = this._parts;
    findings.died(rank, exit);
    this._loseWorld();
    if (states.isRunning(rank)) {
      states.end(rank, 'dead', { exit });
    }
    if (work === 'executable') {
      // A mistake in C is often one of all ranks: let each come to its own end.
      this._after(DEATH_GRACE, () => this._stop(states.running()));
    } else {
      this._stop(states.running(), DEATH_GRACE);
    }
  }

  dispose(): void {
    this._timers.forEach(timer => clearTimeout(timer));
    this._timers.clear();
  }

  private _stop(
    ranks: readonly number[],
    patience = this._reactionTime(ranks.length),
    tell = (rank: number): void =>
      this._parts.world.sendControl(rank, { type: 'interrupt', run: this._parts.run })
  ): void {
    const { states } = this._parts;
    const running = ranks.filter(rank => states.isRunning(rank) && !this._told.has(rank));
    if (running.length === 0) {
      return;
    }
    running.forEach(rank => this._told.add(rank));
    const over = states.running().every(rank => states.codeOf(rank) !== undefined);
    if (over || this._parts.work === 'executable') {
      // Nobody is there to be told: they only wait for each other, or have no agent.
      this._loseWorld();
      this._kill('interrupted');
      return;
    }
    running.forEach(tell);
    this._after(patience, () => {
      const more = this._parts.findings.lost ? LAST_TRACEBACK_TIME : TRACEBACK_TIME;
      return this._judge(running, performance.now() + more);
    });
  }

  /** Kill those of `ranks` that do not react to the stop. */
  private async _judge(ranks: number[], until: number): Promise<void> {
    const { states, watch, work } = this._parts;
    const running = ranks.filter(rank => states.isRunning(rank));
    if (running.length === 0) {
      return;
    }
    const snapshots = work === 'cell' ? await watch.ask(running) : new Map<number, Snapshot>();
    const stubborn = running.filter(rank => {
      const snapshot = snapshots.get(rank);
      const hasLeft = snapshot?.wait === null && snapshot.line === null;
      const reacts = hasLeft || (snapshot !== undefined && snapshot.wait !== null);
      return states.isRunning(rank) && !(reacts && performance.now() < until);
    });
    if (stubborn.length > 0 && this._killed === null) {
      if (this._parts.findings.lost) {
        // No fault of theirs.
        this._kill('interrupted');
      } else {
        this._killStubborn(stubborn);
      }
    } else {
      this._after(TRACEBACK_STEP, () => this._judge(running, until));
    }
  }

  private _killStubborn(running: number[]): void {
    if (running.length > 0) {
      const { states, findings } = this._parts;
      const seconds = Math.round(this._reactionTime(this._told.size) / 1000);
      const ranks = running.filter(rank => states.codeOf(rank) === undefined);
      if (ranks.length > 0) {
        findings.stubborn(ranks, this._interrupts > 1 ? null : seconds);
      }
      this._loseWorld();
      this._kill('dead');
    }
  }

  private _loseWorld(): void {
    this._parts.findings.worldLost(this._parts.worldName);
  }

  /** End all processes at once; those that still ran end in `state`. */
  private _kill(state: RankState): void {
    const { world, states } = this._parts;
    this._killed = state;
    world.kill();
    this._after(EXIT_TIME, () => {
      const exit = { cause: 'killed' };
      states.running().forEach(rank => states.end(rank, this._lastState(rank, state), { exit }));
    });
  }

  /** A rank that is killed in `state` may have come to its end before. */
  private _lastState(rank: number, state: RankState): RankState {
    const code = this._parts.states.codeOf(rank);
    return code === undefined ? state : code === 0 ? 'done' : 'error';
  }

  private _reactionTime(ranks: number): number {
    const time = REACTION_TIME[this._parts.layer ? 'layer' : 'plain'];
    return time * Math.max(1, ranks / (RANKS_A_CORE * availableParallelism()));
  }

  private _after(milliseconds: number, act: () => unknown): void {
    const timer = setTimeout(() => {
      this._timers.delete(timer);
      void act();
    }, milliseconds);
    this._timers.add(timer);
  }
}
