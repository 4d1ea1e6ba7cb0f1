import { spawn } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';

export interface IDelegateSpec {
  /** Python that has ipykernel. */
  python: string;
  /** Further ones, for ipykernel. */
  arguments: string[];
  connectionFile: string;
  /** Session id that the delegate must use: the kernel's own. */
  session: string;
  env: NodeJS.ProcessEnv;
}

export interface IDelegateExit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface IDelegateProcess {
  /** 0 where it could not be started. */
  readonly pid: number;
  readonly exited: Promise<IDelegateExit>;
  kill(signal: NodeJS.Signals): void;
}

/**
 * Start an ipykernel. It stays in our process group, so that a signal to the group reaches
 * it, and ends by itself when we are gone (`JPY_PARENT_PID`, ipykernel/parentpoller.py).
 */
export function startDelegate(spec: IDelegateSpec): IDelegateProcess {
  const child = spawn(
    spec.python,
    [
      '-m',
      'ipykernel_launcher',
      '-f',
      spec.connectionFile,
      `--Session.session=${spec.session}`,
      ...spec.arguments
    ],
    {
      env: { ...spec.env, JPY_PARENT_PID: String(process.pid) },
      stdio: ['ignore', 'inherit', 'inherit']
    }
  );
  const exited = new Promise<IDelegateExit>(resolve => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', () => resolve({ code: null, signal: null }));
  });
  return {
    pid: child.pid ?? 0,
    exited,
    kill: signal => void child.kill(signal)
  };
}

/**
 * The environment of plain cells: the programs of the Python environment come first on PATH
 * (`!mpicc`), and before them the directory of our `mpiexec`.
 */
export function delegateEnvironment(
  env: NodeJS.ProcessEnv,
  python: string,
  packageDir: string
): NodeJS.ProcessEnv {
  const first = [join(packageDir, 'shims'), dirname(python)];
  return { ...env, PATH: firstOnPath(env['PATH'], first) };
}

/** A PATH on which these folders come first. */
export function firstOnPath(path: string | undefined, first: string[]): string {
  const rest = (path ?? '').split(delimiter).filter(dir => dir && !first.includes(dir));
  return [...first, ...rest].join(delimiter);
}
