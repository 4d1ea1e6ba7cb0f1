import type { WaitState } from '../../src/protocol/index.js';

/** What one rank answered in a round of snapshots; null: it did not answer. */
export interface ISnapshot {
  rank: number;
  /** Null where the main thread computes, sleeps, waits for input or is done. */
  wait: WaitState | null;
  /** Other threads of the user's that live: they may yet communicate. */
  threads?: number;
}

/** Tests for completion between two answers that count as progress made by MPI. */
const MIN_POLLS = 2;

interface IHistory {
  seq: number;
  polls: number;
  /** Answers since the one in which this call was first seen waiting. */
  rounds: number;
  /** Intervals between two answers in which MPI was polled. */
  polled: number;
  /** There was no answer since. */
  unheard: boolean;
}

/**
 * Which ranks are surely blocked. A message can be under way, or a rank just about to
 * send, while all look blocked; so a rank counts as blocked only where it has waited in
 * one and the same call over three rounds and has tested for completion in two intervals
 * between them, the last one among these. Each round is asked for after all answers of the
 * one before have come, so all tests of the last interval were made while every rank of the
 * blocked set was already blocked: whatever had been sent to it would have arrived.
 *
 * On a busy machine a rank now and then answers late, or had no time to test. That interval
 * does not count; what was seen before it does.
 */
export class Rounds {
  private readonly histories = new Map<number, IHistory>();

  /**
   * Take in one round and return the waits of the ranks that are surely blocked.
   * @param intervals - polled intervals asked for, at least 2
   */
  add(snapshots: ISnapshot[], intervals: number): Map<number, WaitState> {
    const blocked = new Map<number, WaitState>();
    for (const { rank, wait, threads } of snapshots) {
      if (wait === null || (threads ?? 0) > 0) {
        this.histories.delete(rank);
        continue;
      }
      const { seq, polls } = wait;
      const before = this.histories.get(rank);
      if (before?.seq !== seq) {
        this.histories.set(rank, { seq, polls, rounds: 0, polled: 0, unheard: false });
        continue;
      }
      const counts = !before.unheard && polls - before.polls >= MIN_POLLS;
      const polled = counts ? before.polled + 1 : Math.min(before.polled, intervals - 1);
      this.histories.set(rank, { seq, polls, rounds: before.rounds + 1, polled, unheard: false });
      if (polled >= intervals) {
        blocked.set(rank, wait);
      }
    }
    const heard = new Set(snapshots.map(({ rank }) => rank));
    for (const [rank, history] of this.histories) {
      history.unheard = !heard.has(rank);
    }
    return blocked;
  }

  /** Whether this rank was last seen in one call twice, so that it may be blocked soon, or still. */
  isResting(rank: number): boolean {
    return (this.histories.get(rank)?.rounds ?? 0) > 0;
  }
}
