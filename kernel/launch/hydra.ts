import type { IProcessEnd } from './ends.js';
import { signalName } from './signals.js';

/** What mpiexec has told of the end of its processes, by its last words and exit code. */
export interface IMpiexecEnd {
  /** Process that went down first, where it was named. */
  pid: number | null;
  end: IProcessEnd;
}

/**
 * Read hydra's banner:
 *
 *     =   PID 25080 RUNNING AT host
 *     =   EXIT CODE: 9
 *     YOUR APPLICATION TERMINATED WITH THE EXIT STRING: Killed (signal 9)
 *
 * On a busy machine it may name a process that hydra itself has killed. Its proxy kills the others
 * when the way to a process is closed, and takes what it has not reaped by then for well: also the
 * one that went down, where the others are gone before that can be reaped.
 */
export function readMpiexecEnd(text: string, code: number | null): IMpiexecEnd {
  const pid = /^=\s+(?:RANK \d+ )?PID (\d+) RUNNING/m.exec(text)?.[1];
  const signal = /EXIT STRING: .*\(signal (\d+)\)/.exec(text)?.[1];
  const end: IProcessEnd =
    signal === undefined ? { code: code ?? 1 } : { signal: signalName(Number(signal)) };
  return { pid: pid === undefined ? null : Number(pid), end };
}

/** Which mpiexec this is, by the text of `mpiexec --version`. */
export type MpiexecFlavour = 'hydra' | 'openmpi';

export function flavourOf(versionText: string): MpiexecFlavour {
  return /Open MPI|OpenRTE|PRRTE/i.test(versionText) ? 'openmpi' : 'hydra';
}

/** Arguments before the program. */
export function mpiexecArguments(flavour: MpiexecFlavour, size: number): string[] {
  // Open MPI refuses root and more ranks than cores unless it is told; hydra does not.
  return flavour === 'openmpi'
    ? ['--allow-run-as-root', '--oversubscribe', '-n', String(size)]
    : ['-n', String(size)];
}
