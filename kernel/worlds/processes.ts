import type { ILaunched } from '../launch/launcher.js';
import type { Changes } from './changes.js';
import type { Roster } from './roster.js';

/** Milliseconds that ranks have for what cells have left for their end (`atexit`). */
export const LEAVE_GRACE = 2000;

/** Milliseconds that they then have to end by themselves. */
const STOP_GRACE = 500;

/** Times that processes are killed before they are left alone. */
const KILLS = 20;

/** The processes of one world, from their launch to their end. */
export class Processes {
  readonly #roster: Roster;
  readonly #changes: Changes;
  #launching: Promise<ILaunched> | null = null;
  #launched: ILaunched | null = null;

  readonly #log: (message: string) => void;
  readonly #grace: number;
  readonly #leaveGrace: number;

  constructor(
    roster: Roster,
    changes: Changes,
    log: (message: string) => void,
    grace = STOP_GRACE,
    leaveGrace = LEAVE_GRACE
  ) {
    this.#roster = roster;
    this.#changes = changes;
    this.#log = log;
    this.#grace = grace;
    this.#leaveGrace = leaveGrace;
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
   * End them all. Some may be there still where the system does not let them end, or does not
   * tell of it: then the log says so.
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
      await this.#changes.within(() => this.#roster.leaving, this.#leaveGrace);
      await this.#changes.within(gone, this.#grace);
    }
    for (let kills = 0; !gone() && kills < KILLS; kills++) {
      this.kill();
      await this.#changes.within(gone, this.#grace);
    }
    if (!gone()) {
      const seconds = (KILLS * this.#grace) / 1000;
      this.#log(
        `${this.#roster.living} of its processes have not ended within ${seconds} s, ` +
          `though they were killed (pids ${this.#roster.pids.join(', ')})`
      );
    }
  }
}
