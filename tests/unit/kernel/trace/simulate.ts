import { RunTrace } from '../../../../kernel/trace/index.js';
import type { IDeadlock, Snapshot } from '../../../../kernel/trace/index.js';
import { operationOf } from '../../../../kernel/trace/agreement.js';
import type {
  CallRecord,
  GotRecord,
  INotice,
  WaitNeed,
  WaitState
} from '../../../../src/protocol/index.js';
import { recvEnvelope, sendEnvelope } from './envelopes.js';
import type { IStatement, Program, IReceived } from './program.js';
import type { IPosted, IRank, IRunning, ISent } from './state.js';

/** Messages up to this many bytes are buffered. */
const EAGER = 16_384;

/**
 * Plays a program with MPI's rules until nothing moves, and says what the layer of each
 * rank would have recorded and what it would answer then.
 */
export class Simulation {
  private readonly ranks: IRank[];
  private readonly sent: ISent[] = [];
  private readonly posted: IPosted[] = [];
  private readonly entered = new Map<string, Map<number, IStatement>>();
  private readonly counts = new Map<string, number>();
  private requests = 0;
  private clock = 0;

  constructor(private readonly program: Program) {
    this.ranks = program.code.map(() => ({
      next: 0,
      current: null,
      requests: new Map(),
      end: null,
      calls: [],
      seq: 0
    }));
    for (let moved = true; moved;) {
      moved = false;
      for (let rank = 0; rank < program.size; rank++) {
        moved = this.step(rank) || moved;
      }
    }
  }

  /** A trace that has been told everything up to the standstill. */
  trace(): RunTrace {
    const trace = new RunTrace({
      size: this.program.size,
      source: this.source(),
      clock: () => this.clock
    });
    this.ranks.forEach(({ calls, end }, rank) => {
      const comms = this.program.comms.filter(comm => comm.members.includes(rank));
      trace.onTrace(rank, { comms, calls }, 0);
      if (end) {
        trace.onEnd(rank, end);
      }
    });
    return trace;
  }

  /** What a rank has recorded. */
  calls(rank: number): CallRecord[] {
    return this.ranks[rank].calls;
  }

  /** The verdict after so many rounds of questions. */
  deadlock(rounds = 4, trace = this.trace()): IDeadlock | null {
    let verdict: IDeadlock | null = null;
    for (let round = 1; round <= rounds && verdict === null; round++) {
      this.clock += 0.3;
      verdict = trace.onSnapshots(this.snapshots(round));
    }
    return verdict;
  }

  remarks(): INotice[] {
    return this.trace().remarks();
  }

  /** What a rank has recorded. */
  recorded(rank: number): { calls: CallRecord[] } {
    return this.ranks[rank];
  }

  get finished(): boolean {
    return this.ranks.every(({ end }) => end?.how === 'done');
  }

  snapshots(round: number): Map<number, Snapshot> {
    const answers = new Map<number, Snapshot>();
    this.ranks.forEach(({ end, current }, rank) => {
      if (end === null) {
        const wait = current && this.waitOf(rank, current, round);
        answers.set(rank, { wait, busy: true, line: current?.statement.line ?? null });
      }
    });
    return answers;
  }

  private source(): string {
    const lines: string[] = [];
    for (const { line, text } of this.program.code.flat()) {
      lines[line - 1] = text;
    }
    return Array.from(lines, text => text ?? '').join('\n');
  }

  private step(rank: number): boolean {
    const state = this.ranks[rank];
    const statement = this.program.code[rank]?.[state.next];
    if (state.end !== null) {
      return false;
    }
    if (statement === undefined) {
      state.end = { how: 'done', line: null, what: null };
      return true;
    }
    const ends = { raise: 'raised', exit: 'exited', die: 'dead' } as const;
    if (statement.do in ends) {
      const how = ends[statement.do as keyof typeof ends];
      state.end = { how, line: statement.line, what: statement.what };
      return true;
    }
    if (statement.do === 'compute') {
      return false;
    }
    const isNew = state.current === null;
    state.current ??= this.begin(rank, statement, ++state.seq);
    if (!this.isOver(rank, state.current) && !statement.nonblocking) {
      return isNew;
    }
    this.record(rank, state.current);
    state.current = null;
    state.next += 1;
    return true;
  }

  private begin(rank: number, statement: IStatement, seq: number): IRunning {
    const running: IRunning = { statement, seq, sent: null, posted: null, index: -1 };
    const world = (peer: number): number => this.members(statement.comm, rank)[peer] ?? peer;
    const { comm, tag, recvTag, bytes } = statement;
    if ((statement.do === 'send' || statement.do === 'sendrecv') && statement.dest >= 0) {
      const buffered = bytes <= EAGER && !statement.synchronous;
      running.sent = {
        from: rank,
        to: world(statement.dest),
        comm,
        tag,
        bytes,
        buffered,
        taken: false,
        nonblocking: statement.nonblocking
      };
      this.sent.push(running.sent);
    }
    if ((statement.do === 'recv' || statement.do === 'sendrecv') && statement.source !== -2) {
      const source = statement.source < 0 ? -1 : world(statement.source);
      running.posted = { at: rank, source, comm, tag: recvTag, got: null };
      this.posted.push(running.posted);
    }
    if (statement.do === 'collective') {
      running.index = this.counts.get(`${comm} ${rank}`) ?? 0;
      this.counts.set(`${comm} ${rank}`, running.index + 1);
      const key = `${comm} ${running.index}`;
      const round = this.entered.get(key) ?? new Map();
      this.entered.set(key, round.set(rank, statement));
    }
    this.match();
    return running;
  }

  private match(): void {
    for (const posted of this.posted) {
      posted.got ??= this.find(posted.at, posted.comm, posted.source, posted.tag);
      if (posted.got) {
        posted.got.taken = true;
      }
    }
  }

  private find(at: number, comm: string, source: number, tag: number): ISent | null {
    const fits = (one: ISent): boolean =>
      !one.taken &&
      one.to === at &&
      one.comm === comm &&
      (source === -1 || one.from === source) &&
      (tag === -1 || one.tag === tag);
    return this.sent.find(fits) ?? null;
  }

  private isOver(rank: number, running: IRunning): boolean {
    const { statement, sent, posted } = running;
    if (statement.do === 'probe') {
      const source =
        statement.source < 0 ? -1 : (this.members(statement.comm, rank)[statement.source] ?? -2);
      return this.find(rank, statement.comm, source, statement.recvTag) !== null;
    }
    if (statement.do === 'collective') {
      return this.isThrough(rank, running);
    }
    if (statement.do === 'wait') {
      const { requests } = this.ranks[rank];
      const over = statement.requests.map(name => {
        const request = requests.get(name);
        return request === undefined || this.isOver(rank, request);
      });
      return statement.mode === 'and' ? !over.includes(false) : over.includes(true);
    }
    return (
      (sent === null || sent.buffered || sent.taken) && (posted === null || this.hasArrived(posted))
    );
  }

  /** A large message needs its sender, which drives it only until its cell ends. */
  private hasArrived({ got }: IPosted): boolean {
    const isLeft = got !== null && got.nonblocking && !got.buffered;
    return got !== null && !(isLeft && this.ranks[got.from]?.end);
  }

  private isThrough(rank: number, { statement, index }: IRunning): boolean {
    const members = this.members(statement.comm, rank);
    const round = this.entered.get(`${statement.comm} ${index}`) ?? new Map<number, IStatement>();
    const same = (other: number): boolean => {
      const its = round.get(other);
      return (
        its !== undefined &&
        operationOf(its.name) === operationOf(statement.name) &&
        its.root === statement.root
      );
    };
    const root = members[statement.root ?? -1];
    if (/^(bcast|scatter)/i.test(statement.name)) {
      return rank === root || (root !== undefined && same(root));
    }
    if (/^(reduce|gather)$/i.test(statement.name) && rank !== root) {
      return true;
    }
    return members.every(same);
  }

  private members(comm: string, rank: number): number[] {
    const record = this.program.comms.find(one => one.id === comm && one.members.includes(rank));
    return record?.remote ?? record?.members ?? this.ranks.map((_, at) => at);
  }

  private record(rank: number, running: IRunning): void {
    const { statement, seq, sent } = running;
    const state = this.ranks[rank];
    const { name, buffer, nonblocking, line } = statement;
    this.clock += 1e-5;
    const call: CallRecord = {
      ...{ seq, name, buffer, nonblocking, line },
      kind: statement.do as CallRecord['kind'],
      t0: this.clock,
      t1: this.clock + 1e-6
    };
    if (statement.do === 'send' || statement.do === 'sendrecv') {
      call.send = { ...sendEnvelope(statement), synchronous: statement.synchronous };
    }
    if (statement.do === 'recv' || statement.do === 'sendrecv') {
      call.recv = {
        ...recvEnvelope(statement),
        ...(nonblocking ? {} : { got: this.got(rank, running) })
      };
    }
    if (statement.do === 'collective') {
      call.collective = this.collectiveOf(rank, running);
    }
    if (nonblocking) {
      call.request = ++this.requests;
      state.requests.set(statement.requests[0] ?? '', { ...running, number: call.request });
    }
    if (statement.do === 'wait') {
      this.completeRequests(rank, statement, call);
    }
    if (statement.marks.length > 0) {
      call.marks = statement.marks;
    }
    if (statement.error !== null) {
      call.error = statement.error;
      state.end = { how: 'raised', line, what: statement.error };
    }
    if (sent === null || statement.do !== 'probe') {
      state.calls.push(call);
    }
  }

  private collectiveOf(
    rank: number,
    { statement, index }: IRunning
  ): NonNullable<CallRecord['collective']> {
    const { comm, root, op, dtype, counts, whole, beyond } = statement;
    const members = this.members(comm, rank);
    const isWhole = /^(Scatter|Gather)v?$/.test(statement.name) && members[root ?? -1] === rank;
    const bytes = isWhole ? (whole ?? statement.bytes * members.length) : statement.bytes;
    const count = dtype === 'object' ? null : bytes / 8;
    const given = { ...(counts === null ? {} : { counts }), ...(beyond && { beyond }) };
    const amount = (of: IReceived | null) =>
      of && { dtype: 'MPI.DOUBLE', ...of, count: of.bytes / 8 };
    const [received, own] = [amount(statement.received), amount(statement.own)];
    const beside = { ...(received && { received }), ...(own && isWhole && { own }) };
    return { comm, index, root, op, dtype, bytes, count, ...given, ...beside };
  }

  private completeRequests(rank: number, statement: IStatement, call: CallRecord): void {
    const { requests } = this.ranks[rank];
    call.requests = [];
    call.completed = [];
    call.got = {};
    for (const name of statement.requests) {
      const request = requests.get(name);
      if (request === undefined) {
        continue;
      }
      call.requests.push(request.number);
      if (this.isOver(rank, request) && !(statement.mode === 'or' && call.completed.length > 0)) {
        call.completed.push(request.number);
        requests.delete(name);
        const got = this.got(rank, request);
        if (got && statement.error === null) {
          call.got[request.number] = got;
        }
      }
    }
  }

  private got(rank: number, { statement, posted }: IRunning): GotRecord | null {
    const message = posted?.got;
    if (!message) {
      return null;
    }
    const peer = this.members(statement.comm, rank).indexOf(message.from);
    const { tag, bytes } = message;
    return { peer, tag, bytes, ...(statement.asked ? { asked: true } : {}) };
  }

  private waitOf(rank: number, running: IRunning, round: number): WaitState {
    const { statement, seq } = running;
    const { name, buffer, line, text } = statement;
    const isSent = statement.do === 'sendrecv' && running.sent?.buffered;
    return {
      ...{ seq, name, buffer, line, text },
      kind: statement.do as CallRecord['kind'],
      waited: round * 0.3,
      polls: round * 1000,
      mode: statement.mode,
      needs: this.needsOf(rank, running),
      ...(isSent ? { sent: sendEnvelope(statement) } : {})
    };
  }

  private needsOf(rank: number, running: IRunning, request?: number): WaitNeed[] {
    const { statement, sent, posted, index } = running;
    const more = request === undefined ? {} : { request };
    const needs: WaitNeed[] = [];
    if (statement.do === 'probe' || (posted !== null && !this.hasArrived(posted))) {
      const probe = statement.do === 'probe';
      needs.push({ what: 'message', probe, ...more, ...recvEnvelope(statement) });
    }
    if (sent !== null && !sent.buffered && !sent.taken) {
      needs.push({ what: 'receiver', ...more, ...sendEnvelope(statement) });
    }
    if (statement.do === 'collective') {
      const { comm, name, root, op, bytes } = statement;
      needs.push({ what: 'collective', ...{ comm, index, name, root, op, bytes }, ...more });
    }
    if (statement.do === 'wait') {
      const { requests } = this.ranks[rank];
      for (const one of statement.requests) {
        const open = requests.get(one);
        if (open !== undefined && !this.isOver(rank, open)) {
          needs.push(...this.needsOf(rank, open, open.number));
        }
      }
    }
    return needs;
  }
}

export const run = (program: Program): Simulation => new Simulation(program);
