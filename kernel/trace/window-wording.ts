import { elsewhereText, onComm } from './collective-wording.js';
import type { ICause } from './diagnosis.js';
import type { ICallSite } from './operations.js';
import type { ITelling } from './places.js';
import { strayRow, windowText } from './places.js';
import type { IWording } from './rows.js';
import { inLine, listed, ranksText, verb } from './words.js';

/** Words for ranks that wait in Start, Wait or Lock of a window for what others do with it. */
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
    return { title: `${head} each other to call ${call}`, hint: TOGETHER[call], rows: [] };
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
  const title = `${head} ${windowText(targets, read)}, but ${listed(parts)}`;
  if (call === 'Unlock') {
    const sites = mine.flatMap(({ need }) =>
      need.targets.flatMap(rank => scene.lockSite(rank, need.need) ?? [])
    );
    const rows = [...new Set(sites)].map(site =>
      strayRow(site, scene, `has not called ${unlockOf(site)} since`)
    );
    return { title, hint: HINTS.Unlock, rows };
  }
  const node = nodes.find(one => one.rank === waiters[0]);
  return {
    title,
    hint: `${HINTS[call]}: check the groups${node ? ` of ${name}${inLine(node.wait)}` : ''} and of the others.`,
    rows: []
  };
}

/** What ends a Lock or Lock_all. */
export function unlockOf({ name }: ICallSite): string {
  return name.replace('Lock', 'Unlock');
}

/** Where ranks wait for each other. */
const TOGETHER = {
  Post: 'Start waits until the others have called Post: call Post first on ranks that do both.',
  Complete:
    'Wait waits until the others have called Complete: call Complete before Wait on ranks that do both.',
  Unlock:
    'unlock one part of a window before you lock the next, or lock them in the same order on all ranks.'
};

const HINTS = {
  Post: 'who accesses a window calls Start and Complete, and each rank of its group calls Post and Wait',
  Complete:
    'Wait returns when all of the group that was given to Post have called Start and then Complete',
  Unlock:
    'who locks a part of a window keeps it to itself until it calls Unlock: call that before waiting for others, and on every way out.'
};
