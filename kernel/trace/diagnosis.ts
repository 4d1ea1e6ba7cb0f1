import type { Communicators } from './comms.js';
import { ANY, PROC_NULL } from './comms.js';
import type { ICollective, IRecv, ISend } from './operations.js';
import type { Pending } from './pending.js';
import type { IPrepared, PersistentCalls } from './persistent.js';
import { accepts } from './operations.js';
import type { INeed, IStuck } from './waitfor.js';
import { rootsOf } from './waitfor.js';

/** How a rank came to do nothing more in this run. `absent`: the run is not for it. */
export type RankEnding = 'done' | 'raised' | 'exited' | 'dead' | 'interrupted' | 'absent';

export interface IRankEnd {
  how: RankEnding;
  line: number | null;
  /** Exception, exit code or cause of death, in words. */
  what: string | null;
}

/** What kind of mistake makes ranks wait for ever. */
export type Problem =
  | 'dead'
  | 'raised'
  | 'exited'
  | 'collective-other'
  | 'collective-root'
  | 'collective-arguments'
  | 'unstarted'
  | 'tag'
  | 'source'
  | 'destination'
  | 'communicator'
  | 'unfinished'
  | 'interrupted'
  | 'absent'
  | 'self'
  | 'window'
  | 'collective-missing'
  | 'finished'
  | 'probe'
  | 'receives'
  | 'sends'
  | 'cycle';

/** The more telling first: a group of ranks is explained by the first that applies. */
const ORDER: Problem[] = [
  'dead',
  'raised',
  'exited',
  'collective-other',
  'collective-root',
  'collective-arguments',
  'unstarted',
  'tag',
  'communicator',
  'source',
  'unfinished',
  'interrupted',
  'absent',
  'self',
  'destination',
  'window',
  'collective-missing',
  'finished',
  'probe'
];

/** A message that nearly was the one waited for. */
export interface INearMiss {
  node: IStuck;
  need: Extract<INeed['need'], { what: 'message' }>;
  send: ISend;
}

/** One reason why ranks are stuck. */
export interface ICause {
  problem: Problem;
  /** The ranks that it holds up. */
  nodes: IStuck[];
  /** The needs in question, by rank. */
  needs: { node: IStuck; need: INeed }[];
  /** Ranks waited for that have ended, or have not entered the collective. */
  targets: number[];
  near: INearMiss[];
  calls: ICollective[];
  stalled: (ISend | IRecv)[];
  /** Persistent requests that would be what is waited for, had they been started. */
  prepared: IPrepared[];
}

export interface IScene {
  comms: Communicators;
  pending: Pending;
  persistent: PersistentCalls;
  ends: Map<number, IRankEnd>;
}

/** The reasons behind a deadlock, one for each kind of mistake. */
export function causesOf(stuck: IStuck[], scene: IScene): ICause[] {
  const causes: ICause[] = [];
  for (const group of rootsOf(stuck)) {
    const found = group.flatMap(node =>
      node.needs.flatMap(need => localCauses(node, need, stuck, scene))
    );
    const problem = ORDER.find(one => found.some(cause => cause.problem === one));
    const chosen = found.filter(cause => cause.problem === problem);
    for (const cause of problem === undefined ? [cycleOf(group, scene)] : chosen) {
      const same = causes.find(other => isSame(other, cause));
      if (same) {
        merge(same, cause);
      } else {
        causes.push(cause);
      }
    }
  }
  return causes;
}

/** Causes that differ only in the ranks are told together; two collectives apart. */
function isSame(a: ICause, b: ICause): boolean {
  const collective = (cause: ICause): string => {
    const need = cause.needs[0]?.need.need;
    return need?.what === 'collective' ? `${need.comm} ${need.index}` : '';
  };
  return a.problem === b.problem && collective(a) === collective(b);
}

function merge(into: ICause, from: ICause): void {
  into.nodes.push(...from.nodes.filter(node => !into.nodes.includes(node)));
  into.needs.push(...from.needs);
  into.targets = [...new Set([...into.targets, ...from.targets])];
  into.near.push(...from.near);
  into.stalled.push(...from.stalled);
  into.prepared.push(...from.prepared);
}

function localCauses(node: IStuck, read: INeed, stuck: IStuck[], scene: IScene): ICause[] {
  const cause = (problem: Problem, more: Partial<ICause> = {}): ICause => ({
    problem,
    nodes: [node],
    needs: [{ node, need: read }],
    targets: [],
    near: [],
    calls: [],
    stalled: [],
    prepared: [],
    ...more
  });
  const { need } = read;
  const causes: ICause[] = [];
  if (need.what === 'window') {
    causes.push(cause('window', { targets: read.targets }));
  }
  if (read.clash) {
    const problem = {
      name: 'collective-other',
      root: 'collective-root',
      arguments: 'collective-arguments'
    } as const;
    const { about, calls } = read.clash;
    const inIt = stuck.filter(other => calls.some(call => call.rank === other.rank));
    causes.push(cause(problem[about], { calls, nodes: inIt }));
  }
  if (read.stalled) {
    causes.push(cause('unfinished', { stalled: [read.stalled], targets: read.targets }));
  }
  for (const target of read.status === 'open' ? read.targets : []) {
    const prepared = scene.persistent.unstarted(target, need, node.rank);
    if (prepared && !read.stalled) {
      causes.push(cause('unstarted', { targets: [target], prepared: [prepared] }));
    }
  }
  const ended = read.targets.filter(rank => scene.ends.has(rank));
  if (read.mode === 'all' || ended.length === read.targets.length) {
    for (const how of ['dead', 'raised', 'exited', 'interrupted', 'absent'] as const) {
      const targets = ended.filter(rank => scene.ends.get(rank)?.how === how);
      if (targets.length > 0) {
        causes.push(cause(how, { targets }));
      }
    }
    if (ended.length > 0 && need.what !== 'collective' && need.what !== 'window') {
      const isProbe = need.what === 'message' && need.probe;
      causes.push(cause(isProbe ? 'probe' : 'finished', { targets: ended }));
    }
  }
  if (need.what === 'collective' && !read.clash && read.targets.length > 0) {
    const { comm, index } = need;
    const nodes = stuck.filter(({ needs }) =>
      needs.some(
        ({ need: its }) => its.what === 'collective' && its.comm === comm && its.index === index
      )
    );
    const isStarted = need.round === undefined;
    const problem = isStarted ? 'collective-missing' : 'unstarted';
    causes.push(cause(problem, { targets: read.targets, nodes }));
  } else if (need.what === 'message') {
    const near = nearMiss(node, { ...read, need }, stuck, scene);
    if (near) {
      causes.push(cause(near.problem, { near: [near.miss] }));
    }
  }
  if (need.what !== 'collective' && read.targets.every(rank => rank === node.rank)) {
    causes.push(cause('self'));
  }
  return causes;
}

function nearMiss(
  node: IStuck,
  read: INeed & { need: INearMiss['need'] },
  stuck: IStuck[],
  scene: IScene
): { problem: Problem; miss: INearMiss } | null {
  const { need } = read;
  const source = need.peer === ANY ? ANY : scene.comms.toWorld(need.comm, need.peer, node.rank);
  if (need.peer === PROC_NULL || source === null) {
    return null;
  }
  const wanted = { source, tag: need.tag };
  const found = (problem: Problem, send: ISend | undefined): ReturnType<typeof nearMiss> =>
    send ? { problem, miss: { node, need, send } } : null;
  const strays = scene.pending.strays(node.rank);
  const here = strays.filter(send => send.comm === need.comm);
  const elsewhere = strays.filter(send => send.comm !== need.comm);
  // Where the rank waited for is itself in a send, receive or wait, a message from another
  // rank is more likely one that is to be received later.
  const isElsewhereBusy = read.targets.every(rank =>
    stuck.some(
      other =>
        other !== node &&
        other.rank === rank &&
        other.needs.some(one => one.need.what !== 'collective')
    )
  );
  return (
    found(
      'tag',
      here.find(send => accepts({ source, tag: ANY }, send.rank, send.tag))
    ) ??
    found(
      'communicator',
      elsewhere.find(send => accepts(wanted, send.rank, send.tag))
    ) ??
    (isElsewhereBusy
      ? null
      : (found(
          'source',
          here.find(send => accepts({ source: ANY, tag: need.tag }, 0, send.tag))
        ) ?? found('destination', misdirected(node, wanted, need.comm, scene))))
  );
}

/** A message that the awaited rank sent to another rank, where nobody receives it. */
function misdirected(
  node: IStuck,
  wanted: { source: number; tag: number },
  comm: string,
  scene: IScene
): ISend | undefined {
  const members = scene.comms.everyone(comm, node.rank) ?? [];
  return wanted.source === ANY
    ? undefined
    : members
        .filter(rank => rank !== node.rank)
        .flatMap(rank => scene.pending.strays(rank))
        .find(send => send.comm === comm && accepts(wanted, send.rank, send.tag));
}

/** Ranks that wait for each other, with no better reason than that. */
function cycleOf(group: IStuck[], scene: IScene): ICause {
  const needs = group.flatMap(node => node.needs.map(need => ({ node, need })));
  const all = (test: (need: INeed['need']) => boolean): boolean =>
    needs.every(({ need }) => test(need.need));
  const problem = all(need => need.what === 'message' && need.probe)
    ? 'probe'
    : all(need => need.what === 'message')
      ? 'receives'
      : all(need => need.what === 'receiver')
        ? 'sends'
        : 'cycle';
  const near = problem === 'receives' ? missedByAll(group, scene) : [];
  return {
    ...{ problem: near.length > 0 ? 'source' : problem, nodes: group, needs },
    ...{ targets: [], near, calls: [], stalled: [], prepared: [] }
  };
}

/**
 * Messages that have come from others than those waited for; none where some rank of the group
 * has got nothing that it could take. As when all send to the right and receive from there.
 */
function missedByAll(group: IStuck[], scene: IScene): INearMiss[] {
  const misses = group.flatMap(node =>
    node.needs.slice(0, 1).flatMap(({ need }) => {
      const send =
        need.what === 'message'
          ? scene.pending
              .strays(node.rank)
              .find(
                one => one.comm === need.comm && accepts({ source: ANY, tag: need.tag }, 0, one.tag)
              )
          : undefined;
      return need.what === 'message' && send ? [{ node, need, send }] : [];
    })
  );
  return misses.length === group.length ? misses : [];
}
