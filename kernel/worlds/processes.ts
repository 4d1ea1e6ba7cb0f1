import type { ILaunched } from '../launch/launcher.js';
import type { Changes } from './changes.js';
import type { Roster } from './roster.js';

/** Milliseconds that ranks have to leave by themselves when the world is stopped. */
const STOP_GRACE = 500;

/** The processes of one world, from their launch to their end. */
export class Processes {
  readonly #roster: Roster;
  readonly #changes: Changes;
  #launching: Promise<ILaunched> | null = null;
  #launched: ILaunched | null = null;

  constructor(roster: Roster, changes: Changes) {
    this.#roster = roster;
    this.#changes = changes;
  }

  /** The launcher has done its part. */
  get launched(): boolean {
    return this.#launched !== null;
  }

  /** @throws what the launcher throws */
  async launch(launching: Promise<ILaunched>): Promise<void> {
    this.#launching = launching;
    this.#launched = await launching;
  }

  /** The process of a rank, of which its agent has told. */
  adopt(rank: number, pid: number): void {
    if (this.#roster.ranks[rank]?.pid === null) {
      this.#launched?.adopt(rank, pid);
    }
  }

  kill(ranks?: number[]): void {
    this.#roster.markKilled(ranks);
    this.#launched?.kill(ranks);
  }

  /**
   * End them all.
   *
   * @param dismiss - asks the ranks to leave by themselves; false where they would not hear it
   */
  async end(dismiss: () => boolean): Promise<void> {
    const gone = (): boolean => this.#roster.gone;
    await Promise.allSettled([this.#launching]);
    if (this.#launched === null) {
      return;
    }
    if (dismiss()) {
      await this.#changes.within(gone, STOP_GRACE);
    }
    while (!gone()) {
      this.kill();
      await this.#changes.within(gone, STOP_GRACE);
    }
  }
}
