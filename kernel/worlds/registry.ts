import { readlinkSync } from 'node:fs';
import { inheritable } from '../launch/environment.js';
import type { ILauncher } from '../launch/launcher.js';
import type { ILocalLauncher } from '../launch/local.js';
import type { AgentRouter } from './agents.js';
import { refusal, type ILimits } from './limits.js';
import { LiveWorld, type ILiveWorldOptions } from './live.js';
import { ownMemory } from './memory.js';
import type { ISpawnCommand } from './spawnCommand.js';
import type { StreamListener } from './streams.js';
import {
  keptName,
  WorldError,
  type IStopped,
  type IWorld,
  type IWorldInfo,
  type IWorldListener,
  type IWorldSpec
} from './world.js';

export interface IRegistryOptions {
  local: ILocalLauncher;
  mpiexec: ILauncher;
  streams: StreamListener;
  agents: AgentRouter;
  limits: ILimits;
  log: (message: string) => void;
}

/**
 * Spawned processes have no layer of ours. That MPI yields the processor while it waits keeps
 * them from standing in each other's way where there are more processes than cores.
 */
const SPAWNED_ENVIRONMENT = {
  PMI_SPAWNED: '1',
  MPIR_CVAR_POLLS_BEFORE_YIELD: '1',
  MPIR_CVAR_CH4_PROGRESS_THROTTLE: 'true',
  MPIR_CVAR_CH4_PROGRESS_THROTTLE_NO_PROGRESS_COUNT: '64'
};

/** The worlds of a kernel: those kept by name or size, and the temporary ones. */
export class Registry {
  readonly #options: IRegistryOptions;
  readonly #kept = new Map<string, LiveWorld>();
  readonly #temporary = new Set<LiveWorld>();
  /** Names of kept worlds that some cell is about to have. */
  readonly #claimed = new Set<string>();
  readonly #serviceNames = new Map<string, string>();
  #current: LiveWorld | null = null;
  #count = 0;

  constructor(options: IRegistryOptions) {
    this.#options = options;
  }

  get current(): IWorld | null {
    return this.#current && isUsable(this.#current) ? this.#current : null;
  }

  async acquire(spec: IWorldSpec, listener: IWorldListener, signal: AbortSignal): Promise<IWorld> {
    const name = spec.name ?? keptName(spec);
    if (spec.temporary) {
      return this.#start(spec, name, undefined, listener, signal);
    }
    const kept = this.#kept.get(name);
    if (this.#claimed.has(name) || (kept?.listener && kept.state !== 'gone')) {
      throw new WorldError(`World ${name} is still busy with another cell.`);
    }
    this.#claimed.add(name);
    try {
      if (kept && isUsable(kept) && !spec.fresh && (await this.#reuse(kept, spec, signal))) {
        return this.#use(kept, listener);
      }
      return await this.#start(spec, name, kept, listener, signal);
    } finally {
      this.#claimed.delete(name);
    }
  }

  list(): IWorldInfo[] {
    return [...this.#kept.values()]
      .filter(world => world.state !== 'gone')
      .map(world => ({
        name: world.name,
        size: world.size,
        nodes: world.nodes,
        layer: world.options.layer,
        engine: world.engine,
        state: world.state,
        runs: world.runs,
        pids: world.roster.pids,
        memory: ownMemory(world.roster.pids),
        started: world.started
      }));
  }

  async stop(name: string | null): Promise<IStopped[]> {
    const worlds = [...this.#kept.values()].filter(world => name === null || world.name === name);
    const living = worlds.filter(world => world.state !== 'gone');
    await Promise.all(
      worlds.map(async world => {
        await world.stop();
        this.#forget(world);
      })
    );
    return living.map(world => world.stopped);
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#all()].map(world => world.stop()));
  }

  get #common(): Pick<ILiveWorldOptions, 'streams' | 'agents' | 'serviceNames' | 'spawn' | 'log'> {
    const { streams, agents, log } = this.#options;
    return {
      streams,
      agents,
      log,
      serviceNames: this.#serviceNames,
      spawn: (parent, by, command) => this.#spawn(parent, by, command)
    };
  }

  /** Start a world in the place of `kept`. */
  async #start(
    spec: IWorldSpec,
    name: string,
    kept: LiveWorld | undefined,
    listener: IWorldListener,
    signal: AbortSignal
  ): Promise<IWorld> {
    const { launcher, notice } = await this.#choose(spec.engine, spec.nodes ?? 1);
    const inherited = inheritable((await spec.inherit?.()) ?? {});
    // From here to its place among the others at one go: they may be asked for at once.
    this.#admit(spec.size, kept);
    const world = new LiveWorld({
      id: `w${++this.#count}`,
      name,
      size: spec.size,
      nodes: spec.nodes ?? 1,
      layer: spec.layer ?? true,
      env: { ...inherited, ...spec.env },
      cwd: spec.cwd,
      exec: spec.exec ? Array.from({ length: spec.size }, () => spec.exec ?? []) : null,
      origin: null,
      launcher,
      ...this.#common
    });
    if (notice) {
      world.notice(notice);
    }
    if (spec.temporary) {
      this.#forgetTemporary();
      this.#temporary.add(world);
    } else {
      this.#tellLoss(world, kept, spec.fresh);
      this.#kept.set(name, world);
    }
    this.#use(world, listener);
    try {
      if (kept) {
        await kept.stop();
        spec.onReplaced?.(kept.stopped);
      }
      await world.start(signal);
    } catch (error) {
      this.#forget(world);
      throw error;
    }
    return world;
  }

  /** @throws WorldError where there would be too many ranks beside those of other worlds. */
  #admit(size: number, instead?: LiveWorld): void {
    const others = [...this.#all()].filter(world => world !== instead && world.processes > 0);
    const refused = refusal(
      size,
      others.map(world => ({
        name: world.name,
        size: world.processes,
        idle: world.state === 'idle' && !this.#temporary.has(world)
      })),
      this.#options.limits
    );
    if (refused) {
      throw new WorldError(refused);
    }
  }

  /** The world of a spawn command of rank `by`; the parent keeps and starts it. */
  #spawn(parent: LiveWorld, by: number, { programs, preputs }: ISpawnCommand): LiveWorld {
    this.#admit(programs.reduce((sum, { size }) => sum + size, 0));
    const ranks = programs.flatMap((program, index) =>
      Array.from({ length: program.size }, () => ({ index, argv: program.argv }))
    );
    return new LiveWorld({
      id: `w${++this.#count}`,
      name: `${parent.name} (spawned)`,
      size: ranks.length,
      nodes: parent.nodes,
      layer: parent.options.layer,
      env: { ...SPAWNED_ENVIRONMENT, ...parent.options.env },
      cwd:
        programs[0]?.cwd ??
        currentDirectory(parent.roster.ranks[by]?.pid ?? null) ??
        parent.options.cwd,
      exec: ranks.map(({ argv }) => argv),
      origin: { preputs, programs: ranks.map(({ index }) => index) },
      launcher: parent.options.launcher,
      ...this.#common
    });
  }

  /** False where the kept world turns out to be unfit; throws where it may not be taken. */
  #reuse(world: LiveWorld, spec: IWorldSpec, signal: AbortSignal): Promise<boolean> {
    const differs = difference(world, spec);
    if (differs) {
      throw new WorldError(
        `World ${world.name} ${differs}. Add --fresh to start it anew (its variables are lost), ` +
          'or choose another name with --world.'
      );
    }
    return world.renew(signal);
  }

  #use(world: LiveWorld, listener: IWorldListener): IWorld {
    world.runs++;
    world.listener = listener;
    if (!this.#temporary.has(world)) {
      this.#current = world;
    }
    return world;
  }

  async #choose(
    engine: IWorldSpec['engine'],
    nodes: number
  ): Promise<{ launcher: ILauncher; notice: string | null }> {
    const { local, mpiexec } = this.#options;
    if (engine === 'mpiexec' && nodes > 1) {
      throw new WorldError(
        '--nodes needs ranks that Rankbook itself starts: leave out --engine mpiexec.'
      );
    }
    if (engine === 'mpiexec') {
      return { launcher: mpiexec, notice: null };
    }
    const unfit = await local.unfit();
    if (unfit === null) {
      return { launcher: local, notice: null };
    }
    if (engine === 'local') {
      throw new WorldError(`The local engine can not be used: ${unfit}. Try --engine mpiexec.`);
    }
    if (nodes > 1) {
      throw new WorldError(`--nodes needs ranks that Rankbook itself starts, but ${unfit}.`);
    }
    return { launcher: mpiexec, notice: `Ranks are started by mpiexec: ${unfit}.` };
  }

  /** Tell in a new world how the one before it was lost, if it was not stopped on purpose. */
  #tellLoss(world: LiveWorld, before: LiveWorld | undefined, fresh: boolean): void {
    if (before && before.loss !== null && before.runs > 0 && !fresh) {
      world.notice(`World ${world.name} was started anew, without its variables: ${before.loss}.`);
    }
  }

  #forget(world: LiveWorld): void {
    this.#temporary.delete(world);
    if (this.#kept.get(world.name) === world) {
      this.#kept.delete(world.name);
    }
    if (this.#current === world) {
      this.#current = null;
    }
  }

  /** Those that are gone: who has had them has stopped them. */
  #forgetTemporary(): void {
    for (const world of this.#temporary) {
      if (world.state === 'gone' && world.processes === 0) {
        this.#temporary.delete(world);
      }
    }
  }

  *#all(): Iterable<LiveWorld> {
    yield* this.#kept.values();
    yield* this.#temporary;
  }
}

function isUsable(world: LiveWorld): boolean {
  return world.loss === null && (world.state === 'idle' || world.state === 'running');
}

/** In what a kept world differs from what is asked for. */
function difference(world: LiveWorld, spec: IWorldSpec): string | null {
  if (world.size !== spec.size) {
    return `has ${world.size} ranks, and the cell asks for ${spec.size}`;
  }
  if (spec.engine !== null && spec.engine !== world.engine) {
    return `was started by ${world.engine}, and the cell asks for ${spec.engine}`;
  }
  if (spec.nodes !== undefined && spec.nodes !== world.nodes) {
    return `is on ${nodesInWords(world.nodes)}, and the cell asks for ${nodesInWords(spec.nodes)}`;
  }
  if ((spec.layer ?? true) !== world.options.layer) {
    return world.options.layer
      ? 'was started with the MPI layer, and %world layer off holds'
      : 'was started with plain mpi4py, and %world layer on holds';
  }
  const other = Object.entries(spec.env).find(([key, value]) => world.options.env[key] !== value);
  return other ? `was started without ${other[0]}=${other[1]}` : null;
}

/** Where a process is; null where that can not be told. */
function currentDirectory(pid: number | null): string | null {
  try {
    return pid === null ? null : readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return null;
  }
}

function nodesInWords(nodes: number): string {
  return nodes === 1 ? 'one node' : `${nodes} nodes`;
}
