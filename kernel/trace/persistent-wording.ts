import type { ICause } from './diagnosis.js';
import type { ITelling } from './places.js';
import { endRow, strayRow } from './places.js';
import type { IWording } from './rows.js';
import { inLine, ranksText, verb } from './words.js';

/** Words for persistent requests that have been made and not started. */
export function wordUnstarted(cause: ICause, scene: ITelling): IWording {
  const who = ranksText(cause.nodes.map(node => node.rank));
  const waits = verb(cause.nodes, 'waits', 'wait');
  const isMutual =
    cause.nodes.length > 1 && cause.nodes.every(({ rank }) => cause.targets.includes(rank));
  const them = isMutual ? 'each other' : ranksText(cause.targets);
  const [first] = cause.prepared;
  if (first === undefined) {
    return wordCollective(cause, scene);
  }
  const { name } = first.site;
  const what =
    first.what === 'send'
      ? `for a message from ${them}`
      : `for ${them} to receive ${verb(cause.nodes, 'its message', 'their messages')}`;
  return {
    title: `${who} ${waits} ${what}, but the request of ${name}${inLine(first.site)} has not been started`,
    hint:
      `${name} only prepares: call Start() on what it returns, each time that it is to ` +
      `${first.what === 'send' ? 'send' : 'receive'}, and then Wait().`,
    rows: cause.prepared.map(({ site }) => strayRow(site, scene, 'has not been started'))
  };
}

function wordCollective({ nodes, targets, needs }: ICause, scene: ITelling): IWording {
  const need = needs[0]?.need.need;
  const name = need?.what === 'collective' ? need.name : 'a collective';
  const again = need?.what === 'collective' && (need.round ?? 1) > 1 ? ' once more' : '';
  return {
    title:
      `${ranksText(nodes.map(node => node.rank))} ${verb(nodes, 'waits', 'wait')} for ${name}, but ` +
      `${ranksText(targets)} ${verb(targets, 'has', 'have')} not started ${verb(targets, 'its', 'their')} part${again}`,
    hint: `${name} only prepares: every rank must call Start() on what it returns, each time, and then Wait().`,
    rows: targets.filter(rank => scene.ends.has(rank)).map(rank => endRow(rank, scene))
  };
}
