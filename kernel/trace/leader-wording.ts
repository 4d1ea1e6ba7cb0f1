import type { ICause, Problem } from './diagnosis.js';
import type { ITelling } from './places.js';
import type { IWording } from './rows.js';
import type { INeed, IStuck } from './waitfor.js';
import { inLine, ranksText } from './words.js';

const NAME = 'Create_intercomm';

/** Of a cause like these it may be that leaders of two groups do not find each other. */
const PROBLEMS: ReadonlySet<Problem> = new Set([
  'receives',
  'cycle',
  'self',
  'collective-missing'
] satisfies Problem[]);

/** A rank that waits in Create_intercomm for the leader of the other group. */
interface ILeader {
  node: IStuck;
  need: INeed;
  /** World rank of the one that it takes for that leader. */
  other: number;
}

/** Words for leaders of groups that wait for each other in vain; null where it is not that. */
export function wordLeaders(cause: ICause, scene: ITelling): IWording | null {
  if (!PROBLEMS.has(cause.problem)) {
    return null;
  }
  const involved = [...cause.nodes.map(node => node.rank), ...cause.targets];
  const leaders = scene.stuck.flatMap(leaderOf).filter(({ node }) => involved.includes(node.rank));
  const pair = pairOf(leaders);
  if (pair !== null) {
    return wordPair(...pair);
  }
  for (const leader of leaders) {
    const other = scene.stuck.find(node => node.rank === leader.other);
    if (other?.rank === leader.node.rank || (other && isMember(other))) {
      return wordMistaken(leader);
    }
  }
  return null;
}

function leaderOf(node: IStuck): ILeader[] {
  const [need] = node.needs;
  const [other] = need?.targets ?? [];
  const isLeader = node.wait.name === NAME && need?.need.what === 'message';
  return isLeader && other !== undefined ? [{ node, need, other }] : [];
}

/** Whether it has come to the call as one of its group that is not the leader. */
function isMember({ wait, needs }: IStuck): boolean {
  return wait.name === NAME && needs[0]?.need.what === 'collective';
}

/** Two leaders each of which waits for the other. */
function pairOf(leaders: ILeader[]): [ILeader, ILeader] | null {
  for (const one of leaders) {
    const other = leaders.find(({ node }) => node.rank === one.other);
    if (other !== undefined && other !== one && other.other === one.node.rank) {
      return [one, other];
    }
  }
  return null;
}

/** They would have met with the same tag on the same communicator. */
function wordPair(one: ILeader, other: ILeader): IWording {
  const commOf = ({ need }: ILeader): string =>
    need.need.what === 'message' ? need.need.comm : '';
  const what = commOf(one) === commOf(other) ? 'tags' : 'communicators';
  const places = [one, other].map(({ node }) => inLine(node.wait).replace(/^ in /, ''));
  const [here, there] = places;
  const where = here && there && here !== there ? `, ${here} and ${there}` : '';
  return {
    title: `${ranksText([one.node.rank, other.node.rank])} wait in ${NAME} for each other with different ${what}`,
    hint: `give the same ${what === 'tags' ? 'tag' : 'peer_comm'} on both sides${where}.`,
    rows: []
  };
}

function wordMistaken({ node, other }: ILeader): IWording {
  const whom = other === node.rank ? 'itself' : `rank ${other}`;
  const none = other === node.rank ? '' : `, but ${whom} is no leader`;
  return {
    title: `rank ${node.rank} waits in ${NAME} for ${whom} as the leader of the other group${none}`,
    hint: `remote_leader${inLine(node.wait)} is to be the rank that the leader of the other group has in peer_comm.`,
    rows: []
  };
}
