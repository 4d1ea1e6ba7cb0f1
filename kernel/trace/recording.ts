import type { CallRecord, TracePayload } from '../../src/protocol/index.js';
import { clashOf } from './agreement.js';
import {
  checkChanged,
  checkMarks,
  checkMatch,
  checkReach,
  checkRequests,
  checkUnreceived
} from './checks.js';
import { checkCollective } from './collective-checks.js';
import { CollectiveTable } from './collectives.js';
import type { Communicators } from './comms.js';
import { LockTable } from './locks.js';
import { MessageMatcher } from './matching.js';
import { Findings } from './findings.js';
import { PersistentCalls } from './persistent.js';
import type { ICallSite, ICollective, IRecv, ISend } from './operations.js';
import { collectiveOf, gotOfRequest, isPending, recvOf, sendOf } from './operations.js';
import type { IStep } from './replay.js';
import { Replay } from './replay.js';
import type { IRequest } from './requests.js';
import { RequestTable } from './requests.js';
import { Timeline } from './timeline.js';
import { TotalsCounter } from './totals.js';
import { checkUneven } from './uneven.js';
import { checkAccess, checkLocks } from './window-checks.js';

/**
 * The calls of a run as they come in: matched, checked and added up at once, and then
 * forgotten. What stays is what has not met its other side.
 */
export class Recording {
  readonly matcher: MessageMatcher;
  readonly collectives: CollectiveTable;
  readonly requests: RequestTable[];
  readonly findings: Findings;
  readonly totals: TotalsCounter;
  readonly timeline: Timeline;
  readonly replay: Replay;
  readonly persistent: PersistentCalls;
  readonly locks = new LockTable();
  /** The last call of each rank that has ended. */
  readonly last = new Map<number, ICallSite>();
  /** Communicators in which something of a collective may be left that belongs to no other. */
  readonly disordered = new Set<string>();
  /** Communicators on which ranks have come to different collectives. */
  private readonly clashed = new Set<string>();
  /** Calls were left out of the record. */
  cut = false;
  /** When the calls of each rank so far had ended. */
  private readonly until = new Map<number, number>();

  constructor(
    private readonly comms: Communicators,
    quote: (site: ICallSite) => string
  ) {
    this.findings = new Findings(comms.size, quote);
    this.timeline = new Timeline(comms);
    this.matcher = new MessageMatcher((send, recv) => {
      if (!isPending(recv)) {
        checkMatch(send, recv, this.findings);
      }
      this.timeline.addMessage(send, recv);
    });
    this.collectives = new CollectiveTable(comms, calls => {
      checkCollective(calls, comms, this.collectives.refusals, this.findings);
      const clash = clashOf(calls, comms);
      if (calls[0] && (clash === 'name' || clash === 'root')) {
        this.disordered.add(calls[0].comm);
        this.clashed.add(calls[0].comm);
      }
    });
    this.requests = Array.from({ length: comms.size }, () => new RequestTable());
    this.totals = new TotalsCounter(comms);
    this.replay = new Replay(comms);
    this.persistent = new PersistentCalls(comms);
  }

  add(rank: number, payload: TracePayload, dropped: number): void {
    if (dropped > 0) {
      this.cut = true;
      this.totals.addDropped(dropped);
      this.timeline.addDropped(rank, dropped);
      this.matcher.stop();
      this.replay.stop();
      this.persistent.stop();
      this.locks.forget(rank);
    }
    payload.comms.forEach(record => this.comms.add(record));
    payload.calls.forEach(call => this.addCall(rank, call));
  }

  /**
   * No more calls come: look at what is left. `complete`: all ranks that take part ran to the
   * end; `isThrough`: this one has, or has left the cell as it wanted to.
   */
  finish(complete: boolean, isThrough: (rank: number) => boolean): void {
    this.matcher.finish();
    if (complete && this.matcher.reliable) {
      checkUnreceived(this.matcher.unreceived(), this.findings);
    }
    if (complete && !this.cut) {
      checkRequests(
        this.requests.flatMap(table => table.all()),
        this.findings
      );
      checkLocks(this.locks.all(), this.comms, this.findings);
    }
    if (!this.cut) {
      const { comms, last, collectives } = this;
      const { refusals } = collectives;
      // After a clash the ranks are apart, as has been told.
      const isCounted = (comm: string, members: number[]): boolean =>
        !this.clashed.has(comm) && collectives.beganAlike(comm, members);
      const done = { comms, isCounted, isThrough, last, refusals };
      checkUneven(collectives.incomplete(), done, this.findings).forEach(comm =>
        this.disordered.add(comm)
      );
    }
  }

  private addCall(rank: number, call: CallRecord): void {
    this.totals.addCall(rank, call);
    const until = this.until.get(rank) ?? -Infinity;
    if (call.t0 < until) {
      // Two threads: which call of the rank had to wait for which is not known.
      this.replay.stop();
    }
    this.until.set(rank, Math.max(until, call.t1 ?? call.t0));
    const send = sendOf(this.comms, rank, call);
    const recv = recvOf(this.comms, rank, call);
    const collective = collectiveOf(rank, call);
    const site: ICallSite = send ?? recv ?? collective ?? siteOf(rank, call);
    this.last.set(rank, site);
    this.persistent.add(rank, call, site);
    this.locks.add(rank, call, site);
    this.timeline.addCall(rank, call, { send, recv, collective });
    const step = this.stepOf(rank, call, site, send, recv, collective);
    if (send) {
      this.totals.addSend(send);
      this.matcher.addSend(send);
    }
    if (recv) {
      this.matcher.addRecv(recv);
    }
    // The members of a group meet under the id of what they make, which counts from 0 itself.
    if (collective && collective.name !== 'Create_group') {
      this.collectives.add(collective);
    }
    if (call.collective && (!collective || isHalfDone(call))) {
      const { comm, index } = call.collective;
      this.collectives.addRefused(comm, index, site, call);
      this.disordered.add(comm);
    }
    if (call.kind !== 'wait') {
      checkMarks(call, site, this.findings);
      checkReach(call, site, this.findings);
      checkAccess(call, site, this.comms, this.findings);
    }
    if (call.nonblocking && call.request !== undefined && begins(call)) {
      this.requests[rank]?.add(call.request, { site, send, recv, collective });
    }
    if (step) {
      this.replay.add(step);
    }
  }

  /** Completes requests of a wait or test, and gives the call's part in the replay. */
  private stepOf(
    rank: number,
    call: CallRecord,
    site: ICallSite,
    send: ISend | null,
    recv: IRecv | null,
    collective: ICollective | null
  ): IStep | null {
    const posts = [send, recv].filter(one => one !== null);
    const step: IStep = { site, posts, enters: collective, awaits: [], awaitsCollectives: [] };
    const done = this.requests[rank]?.completedBy(call) ?? [];
    for (const [number, request] of done) {
      this.completeRequest(number, request, call);
    }
    checkChanged(call, site, done, this.findings);
    if (call.kind === 'wait') {
      // Which one a test or Waitany finds complete is a matter of time, so those do not wait.
      const isAll = !/^test/i.test(call.name) && done.length === (call.requests ?? []).length;
      for (const [, request] of isAll ? done : []) {
        step.awaits.push(...[request.send, request.recv].filter(one => one !== null));
        step.awaitsCollectives.push(...(request.collective ? [request.collective] : []));
      }
    } else if (!call.nonblocking) {
      step.awaits = posts;
      step.awaitsCollectives = collective ? [collective] : [];
    }
    const matters = posts.length + step.awaits.length + step.awaitsCollectives.length > 0;
    return matters || collective !== null ? step : null;
  }

  private completeRequest(number: number, request: IRequest, call: CallRecord): void {
    const { recv } = request;
    if (recv) {
      this.timeline.complete(recv, call.seq);
      const got = gotOfRequest(this.comms, recv, number, call);
      if (call.error !== undefined && got === null) {
        recv.failure = call.error;
      }
      const { partner } = recv;
      this.matcher.complete(recv, got);
      // What met before is looked at only now that its end is known.
      if (partner !== null && !isPending(recv)) {
        checkMatch(partner, recv, this.findings);
      }
    }
  }
}

/** A collective of objects has several steps, and one that raised did not come to the last. */
function isHalfDone(call: CallRecord): boolean {
  return !call.buffer && call.marks?.includes('begun') === true;
}

/** Whether the request of a call begins with it. */
function begins(call: CallRecord): boolean {
  return call.kind !== 'wait' && call.name !== 'Free' && call.name !== 'Cancel';
}

function siteOf(rank: number, call: CallRecord): ICallSite {
  const { seq, name, buffer, line, file } = call;
  return { rank, seq, name, buffer, line, ...(file === undefined ? {} : { file }) };
}
