import { vi } from 'vitest';
import type { WaitState } from '../../../../src/protocol/index.js';
import { Runs } from '../../../../kernel/runs/index.js';
import { RunTrace } from '../../../../kernel/trace/index.js';
import type { IRunMonitor } from '../../../../kernel/runs/monitor.js';
import type { IRunSpec, RunOutcome } from '../../../../kernel/runs/spec.js';
import { FakeCell, FakeLive, FakeWorlds, cellSpec, type FakeWorld } from './fakeWorld.js';

/** A run on a fake world, under fake time. */
export interface ISetting {
  runs: Runs;
  worlds: FakeWorlds;
  world: FakeWorld;
  cell: FakeCell;
  live: FakeLive;
  monitor: IRunMonitor;
  /** Start, and let the run begin on its world. */
  start(spec?: IRunSpec): Promise<void>;
  outcome(): Promise<RunOutcome>;
  /** Undefined while the run goes on. */
  settled: RunOutcome | undefined;
  /** Let this many milliseconds go by. */
  wait(milliseconds: number): Promise<void>;
}

export function setting(size = 4): ISetting {
  vi.useFakeTimers();
  const worlds = new FakeWorlds(size);
  const cell = new FakeCell();
  const live = new FakeLive();
  const monitor: IRunMonitor = {
    onTrace: () => undefined,
    onSnapshots: () => null,
    onEnd: () => undefined,
    remarks: () => [],
    disordered: false,
    record: () => new RunTrace({ size, clock: () => 0 }).record()
  };
  const runs = new Runs({ worlds, live, log: () => undefined, monitor: () => monitor });
  let running: Promise<RunOutcome> | undefined;
  const made: ISetting = {
    runs,
    worlds,
    world: worlds.world,
    cell,
    live,
    monitor,
    settled: undefined,
    async start(spec = cellSpec()) {
      running = runs.run(spec, cell);
      void running.then(outcome => (made.settled = outcome));
      await vi.advanceTimersByTimeAsync(0);
    },
    async outcome() {
      for (let i = 0; i < 100 && !made.settled; i++) {
        await vi.advanceTimersByTimeAsync(100);
      }
      if (!made.settled) {
        throw new Error('The run has not ended within 10 s.');
      }
      return made.settled;
    },
    wait: async milliseconds => {
      await vi.advanceTimersByTimeAsync(milliseconds);
    }
  };
  return made;
}

/** A rank waits in a receive. */
export const recv: WaitState = {
  seq: 1,
  name: 'Recv',
  kind: 'recv',
  buffer: true,
  line: 4,
  text: 'comm.Recv(buf, source=2)',
  waited: 1,
  polls: 100,
  mode: 'and',
  needs: []
};
