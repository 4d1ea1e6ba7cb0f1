/**
 * What the MPI layer of a rank records and the kernel matches. One clock: seconds since
 * the Unix epoch as `time.time()` of the host, made monotonic by the agent.
 *
 * Ranks in records are ranks *of the communicator named*, which is what the user wrote;
 * {@link CommRecord} translates them to ranks of the world.
 */

/**
 * A communicator, sent once by each member before the first call on it. `id` is equal
 * on all members: it is made from the parent's id, the number of the collective creation
 * on the parent and the smallest world rank of its group. COMM_WORLD is `world`, COMM_SELF
 * `self:<rank>`.
 */
export interface CommRecord {
  id: string;
  /** World rank of each local member, by local rank. */
  members: number[];
  /** Intercommunicators: world rank of each remote member. */
  remote?: number[];
  /** Name a person knows it by: `COMM_WORLD`, the variable or `Get_name()`, else the id. */
  name: string;
}

export type CallKind =
  | 'send'
  | 'recv'
  | 'sendrecv'
  | 'probe'
  | 'collective'
  /** Wait, Waitall, Waitany, Waitsome, and their lower-case kinds. */
  | 'wait'
  | 'other';

/** Source or dest `-1` is ANY_SOURCE, tag `-1` is ANY_TAG, peer `-2` is PROC_NULL. */
export interface Envelope {
  comm: string;
  peer: number;
  tag: number;
  bytes: number | null;
  /** Elements and type name (`MPI.DOUBLE`, `object` for pickled), where known. */
  count: number | null;
  dtype: string | null;
}

/** What a receive got. `asked`: the user gave it a Status, to learn that. */
export interface GotRecord {
  peer: number;
  tag: number;
  bytes: number;
  asked?: boolean;
}

/** One call of one rank, sent when it has ended (or at the end of the cell, `t1` null). */
export interface CallRecord {
  /** Counts calls of this rank, from 1, over the life of the rank. */
  seq: number;
  /** Method as the user wrote it: `Send`, `irecv`, `Bcast`, `Wait`, ... */
  name: string;
  kind: CallKind;
  /** True for upper-case (buffer) methods. */
  buffer: boolean;
  /** True where the call returns before its operation is complete (I-kinds). */
  nonblocking: boolean;
  t0: number;
  t1: number | null;
  /** Line of the cell, 1 is the magic line; null outside the cell. */
  line: number | null;
  /** File, where the line is not in the cell but in a module of the user. */
  file?: string;
  /** `send`, `probe`: what was sent or asked for. `sendrecv`: its send half. */
  send?: Envelope & { synchronous: boolean };
  /**
   * `recv`, `sendrecv`: `comm`, `peer`, `tag` as asked for, `bytes`, `count`, `dtype` of the
   * buffer. `got`: the envelope that was matched, from the Status, when it has.
   */
  recv?: Envelope & { got?: GotRecord | null };
  /**
   * `collective`: `index` counts collectives on this communicator on this rank, from 0. How
   * much data goes is told by the buffer that the others meet: of the root of Scatter what it
   * sends, of the root of Gather what it receives, of all others their own side; where all
   * send and receive, what they send.
   */
  collective?: {
    comm: string;
    index: number;
    root: number | null;
    op: string | null;
    bytes: number | null;
    count: number | null;
    dtype: string | null;
    /**
     * Counts that the user gave with the buffer: of elements for each rank, which then are
     * not the whole (`count`) but one of as many equal parts, or one number a rank.
     */
    counts?: number | number[];
    /** With one count: where the first part begins, as in `(count, place)`. */
    begin?: number;
    /**
     * Allgather, Alltoall and their kinds with counts: what the receive buffer has room for.
     * Absent where it is the one that is sent from (IN_PLACE), or not known.
     */
    received?: {
      bytes: number | null;
      count: number | null;
      dtype: string | null;
      counts?: number | number[];
      begin?: number;
    };
    /**
     * The counts (or those of what is received) reach beyond the buffer: bytes that they reach,
     * and that it has.
     */
    beyond?: [number, number];
    /** The root of Gather and Scatter: its own part, which it sends or has room for. */
    own?: { bytes: number | null; count: number | null; dtype: string | null };
  };
  /** `Send_init`, `Recv_init` and their kin: what they have made ready, by a number of its own. */
  prepared?: Envelope & { id: number; what: 'send' | 'recv' };
  /**
   * `Start`: what it has started, by that number; of a collective which one, and for the how
   * manieth time.
   */
  starts?: number | { comm: string; index: number; round: number };
  /** `Lock`, `Unlock` and their kin: of which rank's part of a window; null stands for all. */
  locks?: { comm: string; part: number | null };
  /**
   * `Put`, `Get` and their kin, recorded only where they begin within an element of `item` bytes
   * of the part of a window of rank `peer`, at its byte `begin`, as it has no `disp_unit`.
   */
  access?: { comm: string; peer: number; begin: number; item: number };
  /** Number of the request that a nonblocking call made, unique on the rank. */
  request?: number;
  /** `wait`: the requests waited for, and those that completed. */
  requests?: number[];
  completed?: number[];
  /** For a recv request that completed here: what it got, by request number. */
  got?: { [request: number]: GotRecord };
  /** The call raised: name and message of the exception. */
  error?: string;
  /**
   * Further remarks of the layer, e.g. `none-buffer`; `buffer-changed:7` names a request;
   * `begun`: MPI has carried out some of a collective before it raised.
   */
  marks?: string[];
}

/** What a blocked rank waits for, now. */
export interface WaitState {
  /** As in {@link CallRecord}; the same `seq` in two snapshots: no progress between. */
  seq: number;
  name: string;
  kind: CallKind;
  buffer: boolean;
  line: number | null;
  file?: string;
  /** Source text of the call as the user wrote it, one line, shortened. */
  text: string;
  /** Seconds that it has waited. */
  waited: number;
  /** How often the layer has tested for completion: proof that MPI made progress. */
  polls: number;
  /** All of `needs` must happen (`and`) or one of them (`or`). */
  mode: 'and' | 'or';
  /** What has not happened yet. */
  needs: WaitNeed[];
  /** Sendrecv whose send half is complete while it still waits to receive: that half. */
  sent?: Envelope;
}

/** One thing a blocked rank waits for. */
export type WaitNeed =
  | ({ what: 'message'; probe: boolean; request?: number } & Envelope)
  /** A send that has not completed: its receiver has not come. */
  | ({ what: 'receiver'; request?: number } & Envelope)
  | {
      what: 'collective';
      comm: string;
      index: number;
      name: string;
      root: number | null;
      /** As in {@link CallRecord}, where known. */
      op?: string | null;
      bytes?: number | null;
      count?: number | null;
      dtype?: string | null;
      request?: number;
      /** Of a persistent one: how often this rank has started it. */
      round?: number;
    }
  /** Another rank has to call this on a window, whose `comm` it is. */
  | {
      what: 'window';
      comm: string;
      peer: number;
      call: 'Post' | 'Complete' | 'Unlock';
      /** `Unlock`: as in {@link CallRecord}, of what this rank is to lock. */
      part?: number | null;
      request?: number;
    };
