import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalLauncher } from '../launch/local.js';
import { createMpiexecLauncher } from '../launch/mpiexec.js';
import type { IEndpoints } from '../launch/launcher.js';
import { AgentRouter } from './agents.js';
import { limitsOf, type ILimits } from './limits.js';
import { Registry } from './registry.js';
import { StreamListener } from './streams.js';
import type { IWorlds } from './world.js';

export { WorldError } from './world.js';

export interface IWorldsOptions {
  /** The Python of the ranks. */
  python: string;
  /** Parent of the folder for sockets; absent: `XDG_RUNTIME_DIR`, else the system's. */
  runtimeDir?: string;
  /** Absent: from the environment. */
  limits?: ILimits;
  /** The environment that ranks inherit, made fit for MPI. */
  env: { [name: string]: string | undefined };
  log: (message: string) => void;
}

/** Worlds that can be made ready before the first is asked for. */
export interface IWarmWorlds extends IWorlds {
  warm(): void;
}

/** Make the worlds of a kernel. Nothing is started before `warm` or `acquire`. */
export function createWorlds(options: IWorldsOptions): IWarmWorlds {
  const endpoints = makeEndpoints(options);
  const { python, env, log } = options;
  const local = createLocalLauncher({ python, endpoints, env, log });
  const mpiexec = createMpiexecLauncher({ python, endpoints, env });
  const streams = new StreamListener();
  const agents = new AgentRouter(log);
  const listening = Promise.all([streams.listen(endpoints.streams), agents.bind(endpoints.router)]);
  listening.catch(error => log(`sockets for ranks could not be opened: ${error}`));
  const limits = options.limits ?? limitsOf(env);
  const registry = new Registry({ local, mpiexec, streams, agents, limits, log });
  return {
    warm: () => local.warm(),
    async acquire(spec, listener, signal) {
      await listening;
      return registry.acquire(spec, listener, signal);
    },
    get current() {
      return registry.current;
    },
    list: () => registry.list(),
    stop: name => registry.stop(name),
    async dispose() {
      await registry.stopAll();
      await Promise.all([local.dispose(), mpiexec.dispose()]);
      await Promise.allSettled([listening]);
      await Promise.all([streams.close(), agents.close()]);
      rmSync(endpoints.runtime, { recursive: true, force: true });
    }
  };
}

/** A folder only for the owner, with a short path: socket paths have 107 bytes at most. */
function makeEndpoints({ runtimeDir, env }: IWorldsOptions): IEndpoints {
  const parent = runtimeDir ?? env['XDG_RUNTIME_DIR'] ?? tmpdir();
  let runtime: string;
  try {
    runtime = mkdtempSync(join(parent, 'rb-'));
  } catch {
    runtime = mkdtempSync(join(tmpdir(), 'rb-'));
  }
  return { runtime, streams: join(runtime, 's'), router: `ipc://${join(runtime, 'z')}` };
}
