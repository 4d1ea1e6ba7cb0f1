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
  /** Rounds in a row since the one in which this call was first seen waiting. */
  rounds: number;
  /** The last so many intervals between rounds in which MPI was polled. */
  polled: number;
}

/**
 * Which ranks are surely blocked. A message can be under way, or a rank just about to
 * send, while all look blocked; so a rank counts as blocked only where it has waited in
 * one and the same call over three rounds and has tested for completion in both intervals
 * between them. Each round is asked for after all answers of the one before have come, so
 * all tests of the second interval were made while every rank of the blocked set was
 * already blocked: whatever had been sent to it would have arrived.
 */
export class Rounds {
  private readonly histories = new Map<number, IHistory>();

  /**
   * Take in one round and return the waits of the ranks that are surely blocked.
   * @param intervals - polled intervals asked for, at least 2
   */
  add(snapshots: ISnapshot[], intervals: number): Map<number, WaitState> {
    const blocked = new Map<number, WaitState>();
    const seen = new Set<number>();
    for (const { rank, wait, threads } of snapshots) {
      if (wait === null || (threads ?? 0) > 0) {
        continue;
      }
      seen.add(rank);
      const before = this.histories.get(rank);
      if (before?.seq !== wait.seq) {
        this.histories.set(rank, { seq: wait.seq, polls: wait.polls, rounds: 0, polled: 0 });
        continue;
      }
      const polled = wait.polls - before.polls >= MIN_POLLS ? before.polled + 1 : 0;
      const next = { seq: wait.seq, polls: wait.polls, rounds: before.rounds + 1, polled };
      this.histories.set(rank, next);
      if (next.polled >= intervals) {
        blocked.set(rank, wait);
      }
    }
    for (const rank of this.histories.keys()) {
      if (!seen.has(rank)) {
        this.histories.delete(rank);
      }
    }
    return blocked;
  }

  /** Whether this rank was in the same call in the round before, so that it may be blocked soon. */
  isResting(rank: number): boolean {
    return (this.histories.get(rank)?.rounds ?? 0) > 0;
  }
}
