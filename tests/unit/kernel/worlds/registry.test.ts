import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ILaunched, ILaunchEvents, ILaunchSpec } from '../../../../kernel/launch/launcher.js';
import type { ILocalLauncher } from '../../../../kernel/launch/local.js';
import { AgentRouter } from '../../../../kernel/worlds/agents.js';
import { Registry } from '../../../../kernel/worlds/registry.js';
import { StreamListener } from '../../../../kernel/worlds/streams.js';
import type { IWorld, IWorldListener, IWorldSpec } from '../../../../kernel/worlds/world.js';

/** Its processes are there at once and end when they are killed. */
class FakeLauncher implements ILocalLauncher {
  readonly engine = 'local';
  readonly servesPmi = true;
  readonly launched: string[] = [];
  living = 0;

  warm(): void {}

  async unfit(): Promise<string | null> {
    await new Promise(resolve => setImmediate(resolve));
    return null;
  }

  launch({ world, size }: ILaunchSpec, events: ILaunchEvents): Promise<ILaunched> {
    this.launched.push(world);
    this.living += size;
    const living = new Set(Array.from({ length: size }, (_, rank) => rank));
    setImmediate(() => living.forEach(rank => events.onPid(rank, 1_000_000_000 + rank)));
    return Promise.resolve({
      adopt: () => undefined,
      kill: () => {
        this.living -= living.size;
        living.forEach(rank => events.onEnd(rank, { signal: 'SIGKILL' }));
        living.clear();
      }
    });
  }

  dispose(): Promise<void> {
    return Promise.resolve();
  }
}

const SIGNAL = new AbortController().signal;

async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  for (let turn = 0; turn < 3; turn++) {
    await new Promise(resolve => setTimeout(resolve, 10));
    gc();
  }
}

function listener(): IWorldListener {
  return { onWork() {}, onControl() {}, onText() {}, onEpoch() {}, onExit() {}, onAbort() {} };
}

function spec(rest: Partial<IWorldSpec> = {}): IWorldSpec {
  return {
    size: 2,
    name: null,
    engine: null,
    fresh: false,
    temporary: false,
    env: {},
    cwd: '/',
    exec: ['./a.out'],
    ...rest
  };
}

describe('Registry', () => {
  let agents: AgentRouter;
  let launcher: FakeLauncher;
  let registry: Registry;

  beforeEach(() => {
    agents = new AgentRouter(() => undefined);
    launcher = new FakeLauncher();
    registry = new Registry({
      local: launcher,
      mpiexec: launcher,
      streams: new StreamListener(),
      agents,
      limits: { perWorld: 4, inAll: 5 },
      log: () => undefined
    });
  });

  afterEach(async () => {
    await registry.stopAll();
    await agents.close();
  });

  it('gives a world to one of two cells that ask for it at once', async () => {
    const outcomes = await Promise.allSettled([
      registry.acquire(spec(), listener(), SIGNAL),
      registry.acquire(spec(), listener(), SIGNAL)
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(String((outcomes[1] as PromiseRejectedResult).reason)).toContain('still busy');
    expect(launcher.launched).toHaveLength(1);
  });

  it('gives a kept world to one of two cells that ask for it at once', async () => {
    const world = await registry.acquire(spec(), listener(), SIGNAL);
    world.listener = null;
    const outcomes = await Promise.allSettled([
      registry.acquire(spec(), listener(), SIGNAL),
      registry.acquire(spec(), listener(), SIGNAL)
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    world.listener = null;
    expect(await registry.acquire(spec(), listener(), SIGNAL)).toBe(world);
  });

  it('keeps to the limit where worlds are asked for at once', async () => {
    const outcomes = await Promise.allSettled([
      registry.acquire(spec({ size: 3 }), listener(), SIGNAL),
      registry.acquire(spec({ size: 4 }), listener(), SIGNAL),
      registry.acquire(spec({ size: 3, temporary: true }), listener(), SIGNAL)
    ]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('keeps nothing of temporary worlds that are gone', async () => {
    const program = async (): Promise<WeakRef<IWorld>> => {
      const world = await registry.acquire(spec({ temporary: true }), listener(), SIGNAL);
      await world.stop();
      return new WeakRef(world);
    };
    const first = await program();
    await program();
    await collectGarbage();
    expect(first.deref()).toBeUndefined();
  });

  it('ends a world that is stopped while it is being launched', async () => {
    const launch = launcher.launch.bind(launcher);
    let go = (): void => undefined;
    launcher.launch = async (what, events) => {
      await new Promise<void>(resolve => (go = resolve));
      return launch(what, events);
    };
    const acquired = registry.acquire(spec(), listener(), SIGNAL);
    acquired.catch(() => undefined);
    await new Promise(resolve => setTimeout(resolve, 10));
    const stopped = registry.stop('2');
    go();
    await expect(acquired).rejects.toThrow('could not be started');
    expect(await stopped).toMatchObject([{ name: '2' }]);
    expect(launcher.living).toBe(0);
  });
});
