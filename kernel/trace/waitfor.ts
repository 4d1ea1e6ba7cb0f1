import type { WaitNeed, WaitState } from '../../src/protocol/index.js';
import type { Clash } from './agreement.js';
import type { ICollective, IRecv, ISend } from './operations.js';

/**
 * One thing a rank waits for, translated to ranks of the world.
 * - `open`: `targets` must act, all of them or any one
 * - `met`: what it needs is there already and will complete by itself
 * - `never`: whatever others do, it can not complete
 */
export interface INeed {
  need: WaitNeed;
  status: 'open' | 'met' | 'never';
  mode: 'all' | 'any';
  targets: number[];
  /** For the explanation: its other side is there, and yet it does not complete. */
  stalled?: ISend | IRecv;
  /** For the explanation: members called different collectives, or with other arguments. */
  clash?: { about: Clash; calls: ICollective[] };
}

/** A blocked rank: it goes on when all (`and`) or one (`or`) of its needs are met. */
export interface IBlocked {
  rank: number;
  wait: WaitState;
  needs: INeed[];
}

/** A rank that can never go on, with those of its needs that can not be met. */
export interface IStuck extends IBlocked {
  /** Stuck ranks that it waits for. */
  behind: number[];
}

/**
 * The ranks that can never go on, by a fixpoint over the wait-for graph with AND and OR
 * nodes: a rank that runs may do anything, so it counts as live; a blocked rank is live
 * where its needs can be met by live ranks; one that has ended never acts again. What is
 * not live at the end is deadlocked, for certain if the blocked ranks are.
 *
 * @param blocked - the blocked ranks with their needs
 * @param running - ranks that may do anything
 */
export function findStuck(blocked: IBlocked[], running: Iterable<number>): IStuck[] {
  const live = new Set(running);
  let rest = blocked;
  for (;;) {
    const still = rest.filter(node => !canGoOn(node, live));
    if (still.length === rest.length) {
      break;
    }
    for (const node of rest) {
      if (!still.includes(node)) {
        live.add(node.rank);
      }
    }
    rest = still;
  }
  const stuck = new Set(rest.map(node => node.rank));
  return rest.map(node => {
    const needs = node.needs.filter(need => !canBeMet(need, live));
    const targets = needs.flatMap(need => need.targets).filter(rank => stuck.has(rank));
    return { ...node, needs, behind: [...new Set(targets)] };
  });
}

function canGoOn(node: IBlocked, live: Set<number>): boolean {
  if (node.needs.length === 0) {
    return true;
  }
  return node.wait.mode === 'and'
    ? node.needs.every(need => canBeMet(need, live))
    : node.needs.some(need => canBeMet(need, live));
}

function canBeMet(need: INeed, live: Set<number>): boolean {
  if (need.status !== 'open') {
    return need.status === 'met';
  }
  return need.mode === 'all'
    ? need.targets.every(rank => live.has(rank))
    : need.targets.some(rank => live.has(rank));
}

/**
 * Where the trouble is: groups of stuck ranks that wait for each other, or for ranks that
 * have ended, and for nobody else. All other stuck ranks wait behind one of these.
 */
export function rootsOf(stuck: IStuck[]): IStuck[][] {
  const byRank = new Map(stuck.map(node => [node.rank, node]));
  const reach = new Map(stuck.map(node => [node.rank, reachable(node, byRank)]));
  const groups: IStuck[][] = [];
  const placed = new Set<number>();
  for (const node of stuck) {
    const mine = reach.get(node.rank) ?? new Set<number>();
    const isRoot = [...mine].every(rank => rank === node.rank || reach.get(rank)?.has(node.rank));
    if (isRoot && !placed.has(node.rank)) {
      const group = stuck.filter(other => other === node || mine.has(other.rank));
      group.forEach(other => placed.add(other.rank));
      groups.push(group);
    }
  }
  return groups;
}

function reachable(from: IStuck, byRank: Map<number, IStuck>): Set<number> {
  const seen = new Set<number>();
  const queue = [...from.behind];
  for (let rank = queue.pop(); rank !== undefined; rank = queue.pop()) {
    if (!seen.has(rank)) {
      seen.add(rank);
      queue.push(...(byRank.get(rank)?.behind ?? []));
    }
  }
  return seen;
}
