import { rmSync } from 'node:fs';
import { betweenNodes, loadTimePart, rankEnvironment, type Environment } from './environment.js';
import type { IEndpoints, ILaunched, ILauncher, ILaunchEvents, ILaunchSpec } from './launcher.js';
import { Zygote, type ZygoteReport } from './zygote.js';

export interface ILocalOptions {
  python: string;
  endpoints: IEndpoints;
  /** The kernel's environment. */
  env: { [name: string]: string | undefined };
  log: (message: string) => void;
}

export interface ILocalLauncher extends ILauncher {
  /** Start the zygote before the first world asks for it. */
  warm(): void;
  /** Why ranks can not be forked here; null where they can. */
  unfit(): Promise<string | null>;
}

/** A zygote with the worlds that it has forked. */
interface IServer {
  zygote: Zygote;
  worlds: Map<string, IForkedWorld>;
  /** Made for one world with libraries of its own settings; ends with it. */
  single: boolean;
}

interface IForkedWorld {
  events: ILaunchEvents;
  pids: Map<number, number>;
  left: Set<number>;
  litter: string[];
}

/** Ranks are forked from a Python process that has all imports done. */
export function createLocalLauncher(options: ILocalOptions): ILocalLauncher {
  const servers = new Set<IServer>();
  const base = rankEnvironment(options.env, 'local');
  let shared: IServer | null = null;

  function start(env: Environment, single: boolean): IServer {
    const worlds = new Map<string, IForkedWorld>();
    const zygote = new Zygote(
      options.python,
      single ? null : options.endpoints.runtime,
      rankEnvironment({ ...options.env, ...env }, 'local'),
      report => onReport(server, report),
      () => onLost(server),
      options.log
    );
    const server: IServer = { zygote, worlds, single };
    servers.add(server);
    return server;
  }

  function sharedServer(): IServer {
    if (shared === null || !shared.zygote.alive) {
      shared = start({}, false);
    }
    return shared;
  }

  function onReport(server: IServer, report: ZygoteReport): void {
    const world = 'world' in report ? server.worlds.get(report.world) : undefined;
    if (world === undefined) {
      return;
    }
    if (report.op === 'forked') {
      world.pids.set(report.rank, report.pid);
      world.events.onPid(report.rank, report.pid);
    } else if (report.op === 'failed') {
      world.events.onFailure(report.error);
    } else if (report.op === 'exit') {
      end(server, report.world, report.rank, report);
    }
  }

  function end(
    server: IServer,
    id: string,
    rank: number,
    how: Parameters<ILaunchEvents['onEnd']>[1]
  ): void {
    const world = server.worlds.get(id);
    if (world?.left.delete(rank)) {
      if (world.left.size === 0) {
        server.worlds.delete(id);
        if (server.single) {
          void server.zygote.dispose();
        }
      }
      world.pids.delete(rank);
      const { code, signal, oom, cause, line } = how;
      world.events.onEnd(rank, { code, signal, oom, cause, line });
    }
  }

  /** The zygote is gone, and its ranks with it (their parent's death is theirs). */
  function onLost(server: IServer): void {
    servers.delete(server);
    if (server.worlds.size) {
      options.log(`the zygote ended unexpectedly: ${server.zygote.complaints}`);
    }
    for (const [id, world] of [...server.worlds]) {
      // What ranks had started has another parent.
      world.pids.forEach(killGroup);
      world.litter.forEach(file => rmSync(file, { force: true }));
      for (const rank of [...world.left]) {
        end(server, id, rank, {
          signal: 'SIGKILL',
          cause: 'ended because the process that had started it (the zygote) was killed'
        });
      }
    }
  }

  return {
    engine: 'local',
    servesPmi: true,
    warm: () => void sharedServer(),
    async unfit() {
      if (process.platform !== 'linux') {
        return 'forking ranks is safe on Linux only';
      }
      try {
        const { vendor, library } = await sharedServer().zygote.ready;
        return vendor === 'MPICH' || vendor === 'Intel MPI' ? null : `the MPI in use is ${library}`;
      } catch (error) {
        return (error as Error).message;
      }
    },
    async launch(spec: ILaunchSpec, events: ILaunchEvents): Promise<ILaunched> {
      const own = loadTimePart(spec.env, base);
      const server = Object.keys(own).length ? start(own, true) : sharedServer();
      const ranks = Array.from({ length: spec.size }, (_, rank) => rank);
      server.worlds.set(spec.world, {
        events,
        pids: new Map(),
        left: new Set(ranks),
        litter: spec.litter
      });
      try {
        await server.zygote.ready;
      } catch (error) {
        throw new Error(`ranks could not be started: ${(error as Error).message}`, {
          cause: error
        });
      }
      server.zygote.request({
        op: 'fork',
        world: spec.world,
        size: spec.size,
        token: spec.token,
        mark: spec.mark,
        ...options.endpoints,
        cwd: spec.cwd,
        litter: spec.litter,
        env: spec.nodes > 1 ? { ...betweenNodes(base), ...spec.env } : spec.env,
        exec: spec.exec
      });
      return {
        // The zygote has told.
        adopt: () => undefined,
        kill: ranks =>
          server.zygote.request({ op: 'kill', world: spec.world, ranks: ranks ?? null })
      };
    },
    async dispose() {
      await Promise.all([...servers].map(server => server.zygote.dispose()));
    }
  };
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}
