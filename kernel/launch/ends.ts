import type { IRankExit } from '../../src/protocol/index.js';

/** What is known of the end of a process. */
export interface IProcessEnd {
  code?: number;
  /** `SIGKILL`, ... */
  signal?: string;
  /** The system has just killed something for want of memory. */
  oom?: boolean;
  /** Line of the cell where C code made it crash, if that is known. */
  line?: number | null;
  /** The launcher's own words, where it knows more than the numbers tell. */
  cause?: string;
}

/** What the world knows besides. */
export interface IEndContext {
  /** We sent the signal. */
  killed: boolean;
  /** The code of `MPI_Abort`, and the rank that called it. */
  abort: { rank: number; code: number } | null;
  rank: number;
}

const SIGNALS: { [name: string]: string } = {
  SIGSEGV: 'segmentation fault: invalid memory access',
  SIGBUS: 'bus error; the shared memory (/dev/shm) may be full',
  SIGABRT: 'abort() in C code',
  SIGFPE: 'arithmetic error in C code',
  SIGILL: 'illegal instruction',
  SIGTERM: 'asked to terminate',
  SIGXCPU: 'CPU time limit reached',
  SIGXFSZ: 'file size limit reached'
};

/** The end of a rank in words. */
export function describeEnd(end: IProcessEnd, context: IEndContext): IRankExit {
  const exit: IRankExit = { cause: causeOf(end, context) };
  if (end.code !== undefined) {
    exit.code = end.code;
  }
  if (end.signal !== undefined) {
    exit.signal = end.signal;
  }
  if (typeof end.line === 'number') {
    exit.line = end.line;
  }
  return exit;
}

function causeOf(end: IProcessEnd, { killed, abort, rank }: IEndContext): string {
  if (abort !== null) {
    return abort.rank === rank
      ? `called MPI_Abort with code ${abort.code}`
      : `ended because rank ${abort.rank} called MPI_Abort with code ${abort.code}`;
  }
  if (end.cause !== undefined) {
    return end.cause;
  }
  if (end.signal !== undefined) {
    if (killed && end.signal === 'SIGKILL') {
      return 'stopped by Rankbook';
    }
    if (end.signal === 'SIGKILL') {
      return end.oom
        ? 'killed by SIGKILL (out of memory: the system ended it)'
        : 'killed by SIGKILL (by someone, or for want of memory)';
    }
    const words = SIGNALS[end.signal];
    return `killed by ${end.signal}${words ? ` (${words})` : ''}`;
  }
  if (end.code === undefined) {
    return 'process ended';
  }
  return end.code === 0
    ? 'process ended with exit code 0'
    : `process ended with exit code ${end.code}`;
}
