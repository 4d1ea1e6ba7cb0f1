import { elsewhereText, onComm } from './collective-wording.js';
import type { ICause } from './diagnosis.js';
import type { ITelling } from './places.js';
import { windowText } from './places.js';
import type { IWording } from './rows.js';
import { inLine, listed, ranksText, verb } from './words.js';

/** Words for ranks that wait in Start or Wait of a window for what others do with it. */
export function wordWindow(cause: ICause, scene: ITelling): IWording {
  const { nodes, needs } = cause;
  const [first] = needs;
  const read = first?.need.need;
  const call = read?.what === 'window' ? read.call : 'Post';
  const mine = needs.filter(({ need }) => need.need.what === 'window' && need.need.call === call);
  const waiters = [...new Set(mine.map(({ node }) => node.rank))];
  const targets = [...new Set(mine.flatMap(({ need }) => need.targets))].sort((a, b) => a - b);
  const name = nodes.find(node => node.rank === waiters[0])?.wait.name ?? 'Start';
  const place = read && first ? onComm({ comm: read.comm, rank: first.node.rank }, scene) : '';
  const head = `${ranksText(waiters)} ${verb(waiters, 'waits', 'wait')} in ${name}${place} for`;
  if (targets.length > 1 && targets.every(rank => waiters.includes(rank))) {
    return { title: `${head} each other to call ${call}`, hint: HINTS.together, rows: [] };
  }
  const ended = targets.filter(rank => scene.ends.has(rank));
  const elsewhere = targets.filter(rank => !scene.ends.has(rank));
  const parts = [
    ...(ended.length > 0
      ? [`${ranksText(ended)} ${verb(ended, 'has', 'have')} finished the cell`]
      : []),
    ...(elsewhere.length > 0
      ? [
          `${ranksText(elsewhere)} ${verb(elsewhere, 'is', 'are')} in ${elsewhereText(elsewhere, scene)}`
        ]
      : [])
  ];
  const node = nodes.find(one => one.rank === waiters[0]);
  return {
    title: `${head} ${windowText(targets, read)}, but ${listed(parts)}`,
    hint: `${HINTS[call]}: check the groups${node ? ` of ${name}${inLine(node.wait)}` : ''} and of the others.`,
    rows: []
  };
}

const HINTS = {
  together: 'Start waits until the others have called Post: call Post first on ranks that do both.',
  Post: 'who accesses a window calls Start and Complete, and each rank of its group calls Post and Wait',
  Complete:
    'Wait returns when all of the group that was given to Post have called Start and then Complete'
};
