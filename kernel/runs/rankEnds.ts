import type { Delta, IRankExit, RankState, WorkReport } from '../../src/protocol/index.js';
import type { IRunMonitor, RankEnding } from './monitor.js';
import type { RankStates } from './rankStates.js';
import type { IProgramEnd, RunFindings } from './runFindings.js';
import type { StopPolicy } from './stopPolicy.js';

type Done = Extract<WorkReport, { type: 'done' }>;

export interface IEndParts {
  isProgram: boolean;
  findings: RunFindings;
  states: RankStates;
  stops: StopPolicy;
  monitor: IRunMonitor;
  /** Takes the outputs that an end brings: the traceback. */
  put: (delta: Delta) => void;
}

/** What it means for a run that a rank has ended, in whatever way. */
export class RankEnds {
  private _parts: IEndParts;
  /** Programs that have come to their end while their process still is there. */
  private _over = new Map<number, IProgramEnd>();

  constructor(parts: IEndParts) {
    this._parts = parts;
  }

  onDone(rank: number, report: Done): void {
    if (this._parts.isProgram) {
      this._onProgramDone(rank, { code: report.code ?? 0, error: report.error });
      return;
    }
    const { findings, states, stops, monitor, put } = this._parts;
    const { status, error, seconds, code = 0 } = report;
    const stopped = status === 'interrupted' && stops.told(rank);
    report.notes?.forEach(note => findings.note(rank, note));
    if (error && error.traceback.length > 0) {
      const { ename, evalue, traceback } = error;
      put({ op: 'output', rank, output: { output_type: 'error', ename, evalue, traceback } });
    }
    const failed = findings.cellEnded(rank, report, stopped);
    monitor.onEnd(rank, {
      how: stopped ? 'interrupted' : ENDINGS[status],
      line: error?.line ?? null,
      what: error ? `${error.ename}: ${error.evalue}` : null
    });
    const line = error?.line ?? null;
    states.end(rank, stopped ? 'interrupted' : stateOf(status, code), {
      seconds,
      ...(line === null ? {} : { line })
    });
    if (failed) {
      stops.afterFailure(status === 'abort' ? 0 : undefined);
    }
  }

  onExit(rank: number, exit: IRankExit): void {
    const { isProgram, states, stops, monitor } = this._parts;
    const how: RankEnding = isProgram && exit.signal === undefined ? 'exited' : 'dead';
    if (states.isRunning(rank) && !this._over.has(rank)) {
      monitor.onEnd(rank, { how, line: null, what: exit.cause });
    }
    if (stops.onExpectedExit(rank, exit)) {
      return;
    }
    if (how === 'dead') {
      stops.onDeath(rank, exit);
      return;
    }
    const code = exit.code ?? 0;
    states.end(rank, code === 0 ? 'done' : 'error', { exit });
    const over = this._over.get(rank);
    this._failIf(rank, over?.code === code ? over : { code });
  }

  /** A program is over; its process may yet wait in MPI_Finalize for the other ranks. */
  private _onProgramDone(rank: number, end: IProgramEnd): void {
    this._over.set(rank, end);
    this._parts.monitor.onEnd(rank, {
      how: end.code === 0 ? 'done' : 'exited',
      line: null,
      what: `exit code ${end.code}`
    });
    if (!this._parts.stops.told(rank)) {
      this._parts.states.programOver(rank, end.code);
      this._failIf(rank, end);
    }
  }

  private _failIf(rank: number, end: IProgramEnd): void {
    if (this._parts.findings.programEnded(rank, end)) {
      this._parts.stops.afterFailure();
    }
  }
}

function stateOf(status: Done['status'], code: number): RankState {
  return status === 'ok' || (status === 'exit' && code === 0) ? 'done' : 'error';
}

const ENDINGS: { [status in Done['status']]: RankEnding } = {
  ok: 'done',
  error: 'raised',
  interrupted: 'raised',
  deadlock: 'raised',
  exit: 'exited',
  abort: 'exited'
};
