import type { CommRecord } from '../../src/protocol/index.js';

export const ANY = -1;
export const PROC_NULL = -2;

/** In place of the world rank of a process that belongs to another world. */
const STRANGER = -1;

/** Communicators beyond this many are forgotten, the oldest first. */
const MAX_COMMS = 20_000;

interface IGroup {
  members: number[];
  /** Intercommunicators: the other side, as seen by `members`. */
  remote: number[] | null;
  name: string;
}

/**
 * The communicators of one world: translates ranks of a communicator, which is what the
 * user wrote, to ranks of the world. An intercommunicator has one group for each side.
 */
export class Communicators {
  private readonly groups = new Map<string, IGroup[]>();

  constructor(readonly size: number) {
    const members = Array.from({ length: size }, (_, rank) => rank);
    this.groups.set('world', [{ members, remote: null, name: 'COMM_WORLD' }]);
  }

  add(record: CommRecord): void {
    const known = this.groups.get(record.id) ?? [];
    const first = record.members[0];
    if (first === undefined || known.some(group => group.members[0] === first)) {
      return;
    }
    known.push({ members: record.members, remote: record.remote ?? null, name: record.name });
    this.groups.set(record.id, known);
    if (this.groups.size > MAX_COMMS) {
      for (const id of this.groups.keys()) {
        if (id !== 'world') {
          this.groups.delete(id);
          break;
        }
      }
    }
  }

  /** World rank of `peer`, a rank in `comm` as its member `self` sees it; null: unknown. */
  toWorld(comm: string, peer: number, self: number): number | null {
    const group = this.find(comm, self);
    const rank = (group?.remote ?? group?.members)?.[peer] ?? STRANGER;
    return rank === STRANGER ? null : rank;
  }

  /** Rank of world rank `rank` in `comm`, as its member `self` sees it. */
  toLocal(comm: string, rank: number, self: number): number | null {
    const index = this.peers(comm, self)?.indexOf(rank) ?? -1;
    return index < 0 ? null : index;
  }

  /** World ranks with which `self` can exchange messages in `comm`; null: unknown. */
  peers(comm: string, self: number): number[] | null {
    const group = this.find(comm, self);
    return group && ofWorld(group.remote ?? group.members);
  }

  /** World ranks of all who take part in collectives of `comm`; null: unknown. */
  everyone(comm: string, self: number): number[] | null {
    const group = this.find(comm, self);
    return group && ofWorld([...group.members, ...(group.remote ?? [])]);
  }

  /** Between two groups. */
  isInter(comm: string, self: number): boolean {
    return (this.find(comm, self)?.remote ?? null) !== null;
  }

  name(comm: string, self: number): string {
    return this.find(comm, self)?.name ?? comm;
  }

  /** True where ranks of `comm` are the same numbers as ranks of the world. */
  isWorldOrder(comm: string, self: number): boolean {
    const peers = this.peers(comm, self);
    return peers?.length === this.size && peers.every((rank, index) => rank === index);
  }

  private find(comm: string, self: number): IGroup | null {
    if (isForeign(comm)) {
      return null;
    }
    if (comm.startsWith('self:')) {
      return { members: [self], remote: null, name: 'COMM_SELF' };
    }
    const groups = this.groups.get(comm);
    return groups?.find(group => group.members.includes(self)) ?? null;
  }
}

/** Made outside of the layer: its id is not the same on all members, so nothing is known. */
function isForeign(comm: string): boolean {
  return comm.startsWith('other:');
}

function ofWorld(ranks: number[]): number[] | null {
  return ranks.includes(STRANGER) ? null : ranks;
}
