import type { CommRecord } from '../../../../src/protocol/index.js';

/** Programs of small worlds as lists of what each rank does: see `world` below. */

export interface IOptions {
  tag?: number;
  /** Bytes; above the eager limit a send waits for its receiver. */
  bytes?: number;
  comm?: string;
  /** Line of the cell; by default each statement made gets the next one. */
  line?: number;
  dtype?: string;
  /** Source text, where the generated one will not do. */
  text?: string;
  marks?: string[];
  /** Name of the method, where it is not the usual one. */
  name?: string;
  /** The call raises this after its message was matched. */
  error?: string;
  /** Bytes on the side of the root that the others meet; absent: as much as all others have. */
  whole?: number;
  counts?: number | number[];
  /** What there is room for, of a collective in which all send and receive. */
  received?: IReceived;
  /** The part of the root for itself. */
  own?: IReceived;
  /** The receive has a Status. */
  asked?: boolean;
  /** Counts reach so far, in a buffer of so many bytes. */
  beyond?: [number, number];
}

export interface IReceived {
  bytes: number;
  dtype?: string;
  counts?: number | number[];
}

export interface IStatement {
  do:
    | 'send'
    | 'recv'
    | 'sendrecv'
    | 'probe'
    | 'collective'
    | 'wait'
    | 'compute'
    | 'raise'
    | 'exit'
    | 'die';
  name: string;
  line: number;
  text: string;
  buffer: boolean;
  nonblocking: boolean;
  synchronous: boolean;
  comm: string;
  dest: number;
  source: number;
  tag: number;
  recvTag: number;
  bytes: number;
  recvBytes: number;
  dtype: string | null;
  recvDtype: string | null;
  root: number | null;
  op: string | null;
  /** Nonblocking: its name; wait: the names waited for. */
  requests: string[];
  mode: 'and' | 'or';
  what: string;
  marks: string[];
  error: string | null;
  whole: number | null;
  counts: number | number[] | null;
  received: IReceived | null;
  own: IReceived | null;
  asked: boolean;
  beyond: [number, number] | null;
}

let nextLine = 2;

function statement(part: Partial<IStatement>, options: IOptions): IStatement {
  const line = options.line ?? nextLine;
  nextLine = line + 1;
  return {
    do: 'compute',
    name: '',
    text: '',
    buffer: true,
    nonblocking: false,
    synchronous: false,
    comm: options.comm ?? 'world',
    dest: -2,
    source: -2,
    tag: options.tag ?? 0,
    recvTag: options.tag ?? -1,
    bytes: options.bytes ?? 80,
    recvBytes: options.bytes ?? 80,
    dtype: options.dtype ?? 'MPI.DOUBLE',
    recvDtype: options.dtype ?? 'MPI.DOUBLE',
    root: null,
    op: null,
    requests: [],
    mode: 'and',
    what: '',
    marks: options.marks ?? [],
    error: options.error ?? null,
    whole: options.whole ?? null,
    counts: options.counts ?? null,
    received: options.received ?? null,
    own: options.own ?? null,
    asked: options.asked ?? false,
    beyond: options.beyond ?? null,
    ...part,
    ...(options.text === undefined ? {} : { text: options.text }),
    ...(options.name === undefined ? {} : { name: options.name }),
    line
  };
}

const variable = (comm?: string): string => (comm === undefined ? 'comm' : comm);
const withTag = (options: IOptions): string =>
  options.tag === undefined ? '' : `, tag=${options.tag}`;

function sender(name: string, more: Partial<IStatement>) {
  return (dest: number, options: IOptions = {}): IStatement => {
    const buffer = name !== name.toLowerCase();
    const text = `${variable(options.comm)}.${name}(${buffer ? 'data' : 'obj'}, dest=${dest}${withTag(options)})`;
    return statement(
      { do: 'send', name, dest, buffer, text, ...objects(buffer), ...more },
      options
    );
  };
}

function receiver(name: string, more: Partial<IStatement> = {}) {
  return (source: number, options: IOptions = {}): IStatement => {
    const buffer = name !== name.toLowerCase();
    const from = source === -1 ? 'MPI.ANY_SOURCE' : String(source);
    const text = `${variable(options.comm)}.${name}(${buffer ? 'buf, ' : ''}source=${from}${withTag(options)})`;
    const part: Partial<IStatement> = {
      do: 'recv',
      name,
      source,
      buffer,
      text,
      ...objects(buffer)
    };
    return statement({ ...part, ...more }, options);
  };
}

function objects(buffer: boolean): Partial<IStatement> {
  return buffer ? {} : { dtype: 'object', recvDtype: 'object', recvBytes: -1 };
}

export const ANY = -1;
export const NULL = -2;
export const BIG = 800_000;

export const Send = sender('Send', {});
export const send = sender('send', {});
export const Ssend = sender('Ssend', { synchronous: true });
export const ssend = sender('ssend', { synchronous: true });
export const Recv = receiver('Recv');
export const recv = receiver('recv');
export const Probe = receiver('Probe', { do: 'probe' });
export const probe = receiver('probe', { do: 'probe' });

const started = (make: (peer: number, options?: IOptions) => IStatement) => {
  return (request: string, peer: number, options: IOptions = {}): IStatement => ({
    ...make(peer, options),
    nonblocking: true,
    requests: [request]
  });
};
export const Isend = started(sender('Isend', {}));
export const isend = started(sender('isend', {}));
export const Irecv = started(receiver('Irecv'));
export const irecv = started(receiver('irecv'));

function exchanger(name: string, buffer: boolean) {
  return (
    dest: number,
    source: number,
    options: IOptions & { recvTag?: number } = {}
  ): IStatement => {
    const tags = `${options.tag === undefined ? '' : `, sendtag=${options.tag}`}${options.recvTag === undefined ? '' : `, recvtag=${options.recvTag}`}`;
    const text = `comm.${name}(${buffer ? 'out' : 'obj'}, dest=${dest}, source=${source}${tags})`;
    const recvTag = options.recvTag ?? -1;
    return statement(
      { do: 'sendrecv', name, dest, source, buffer, text, recvTag, ...objects(buffer) },
      options
    );
  };
}
export const Sendrecv = exchanger('Sendrecv', true);
export const sendrecv = exchanger('sendrecv', false);

function waiter(name: string, mode: 'and' | 'or', text: string) {
  return (...requests: string[]): IStatement =>
    statement(
      { do: 'wait', name, mode, requests, text: text.replace('?', requests.join(', ')) },
      {}
    );
}
export const Wait = waiter('Wait', 'and', '?.Wait()');
export const wait = (request: string): IStatement => ({
  ...waiter('wait', 'and', '?.wait()')(request),
  buffer: false
});
export const Waitall = waiter('Waitall', 'and', 'MPI.Request.Waitall([?])');
export const Waitany = waiter('Waitany', 'or', 'MPI.Request.Waitany([?])');

function collective(name: string, withOp = false) {
  return (options: IOptions & { root?: number; op?: string } = {}): IStatement => {
    const buffer = name !== name.toLowerCase();
    const rooted = /^(bcast|scatterv?|gatherv?|reduce)$/i.test(name);
    const root = rooted ? (options.root ?? 0) : null;
    const op = withOp ? (options.op ?? 'MPI.SUM') : null;
    const inside = [
      ...(name.toLowerCase() === 'barrier' ? [] : [buffer ? 'data' : 'obj']),
      ...(options.op === undefined ? [] : [`op=${options.op}`]),
      ...(options.root === undefined ? [] : [`root=${options.root}`])
    ];
    const text = `${variable(options.comm)}.${name}(${inside.join(', ')})`;
    const part = { do: 'collective', name, root, op, text, buffer, ...objects(buffer) } as const;
    return statement({ ...part }, options);
  };
}
export const Barrier = collective('Barrier');
export const barrier = collective('barrier');
export const Bcast = collective('Bcast');
export const bcast = collective('bcast');
export const Reduce = collective('Reduce', true);
export const reduce = collective('reduce', true);
export const Allreduce = collective('Allreduce', true);
export const allreduce = collective('allreduce', true);
export const Gather = collective('Gather');
export const gather = collective('gather');
export const Scatter = collective('Scatter');
export const Scatterv = collective('Scatterv');
export const Gatherv = collective('Gatherv');
export const scatter = collective('scatter');
export const Allgather = collective('Allgather');
export const Allgatherv = collective('Allgatherv');
export const Alltoall = collective('Alltoall');
export const Alltoallv = collective('Alltoallv');
export const Ibcast = (request: string, options: IOptions = {}): IStatement => ({
  ...collective('Ibcast')(options),
  root: 0,
  nonblocking: true,
  requests: [request]
});
export const Ibarrier = (request: string): IStatement => ({
  ...collective('Ibarrier')(),
  nonblocking: true,
  requests: [request]
});

/** Goes on computing (or sleeping, or waiting for input) for ever. */
export const compute = (): IStatement => statement({ do: 'compute', text: 'work()' }, {});
export const raise = (what: string): IStatement =>
  statement({ do: 'raise', what, text: 'broken()' }, {});
export const exit = (code: number): IStatement =>
  statement({ do: 'exit', what: `code ${code}`, text: `sys.exit(${code})` }, {});
export const die = (cause: string): IStatement =>
  statement({ do: 'die', what: cause, text: 'crash()' }, {});

/** A world with a program for each rank: `world(2).rank(0, Recv(1)).rank(1, Recv(0))`. */
export class Program {
  readonly code: IStatement[][];
  readonly comms: CommRecord[] = [];

  constructor(readonly size: number) {
    this.code = Array.from({ length: size }, () => []);
    nextLine = 2;
  }

  rank(rank: number, ...statements: IStatement[]): this {
    this.code[rank]?.push(...statements);
    return this;
  }

  /** The same statements, at the same lines, on several ranks. */
  ranks(ranks: number[], ...statements: IStatement[]): this {
    ranks.forEach(rank => this.rank(rank, ...statements));
    return this;
  }

  all(...statements: IStatement[]): this {
    return this.ranks(this.everyone(), ...statements);
  }

  /** One line of which each rank has its own arguments. */
  each(make: (rank: number) => IStatement, ranks: number[] = this.everyone()): this {
    const line = nextLine;
    ranks.forEach(rank => this.rank(rank, { ...make(rank), line }));
    nextLine = line + 1;
    return this;
  }

  comm(id: string, members: number[], remote?: number[]): this {
    this.comms.push({ id, members, name: id, ...(remote ? { remote } : {}) });
    return this;
  }

  private everyone(): number[] {
    return this.code.map((_, rank) => rank);
  }
}

export const world = (size: number): Program => new Program(size);
