import type { IEndpoints, ILaunched, ILauncher, ILaunchEvents, ILaunchSpec } from './launcher.js';

export interface IMpiexecOptions {
  python: string;
  endpoints: IEndpoints;
  /** The kernel's environment. */
  env: { [name: string]: string | undefined };
}

export function createMpiexecLauncher(_options: IMpiexecOptions): ILauncher {
  return {
    engine: 'mpiexec',
    servesPmi: false,
    launch(_spec: ILaunchSpec, _events: ILaunchEvents): Promise<ILaunched> {
      throw new Error('mpiexec');
    },
    dispose: () => Promise.resolve()
  };
}
