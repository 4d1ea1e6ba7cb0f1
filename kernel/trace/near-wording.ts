import type { ICause, INearMiss } from './diagnosis.js';
import type { ITelling } from './places.js';
import { peerText, strayRow } from './places.js';
import type { IRow, IWording } from './rows.js';
import type { IStuck } from './waitfor.js';
import { inLine, lineText, tagText } from './words.js';

/** Words for messages that nearly were the ones waited for. */
export function wordNearMiss(cause: ICause, scene: ITelling): IWording {
  switch (cause.problem) {
    case 'tag':
      return wordTag(cause, scene);
    case 'source':
      return wordSource(cause, scene);
    case 'destination':
      return wordDestination(cause, scene);
    default:
      return wordCommunicator(cause, scene);
  }
}

function nearRows(cause: ICause, scene: ITelling, what: (near: INearMiss) => string): IRow[] {
  return [...new Map(cause.near.map(near => [near.send, near])).values()].map(near =>
    strayRow(near.send, scene, `${what(near)}, not received`)
  );
}

function wordTag(cause: ICause, scene: ITelling): IWording {
  const [near] = cause.near as [INearMiss];
  const { node, need, send } = near;
  const pair =
    `rank ${node.rank} waits for ${tagText(need.tag)} from ` +
    `${need.peer === -1 ? 'any rank' : peerText(need.comm, send.rank, node.rank, scene)}, ` +
    `but rank ${send.rank} sent ${tagText(send.tag)}`;
  const more = cause.near.length - 1;
  const title = more === 0 ? pair : `${pair} (and ${more} more like this)`;
  const there = lineText(send);
  const made = need.request === undefined ? null : scene.requestSite(node.rank, need.request);
  const here = lineText(made ?? node.wait);
  const isExchange = node.wait.kind === 'sendrecv';
  const hint = isExchange
    ? 'what one rank gives as sendtag, the other must give as recvtag.'
    : isProbed(node.rank, scene)
      ? probedHint(node)
      : there && here && there !== here
        ? `use the same tag on both sides: tag=${send.tag} in ${here}, or tag=${need.tag} in ${there}.`
        : `use the same tag on both sides: ${send.tag}, or ${need.tag}.`;
  const rows = nearRows(cause, scene, one => `sent tag ${one.send.tag} to rank ${one.node.rank}`);
  return { title, hint, rows };
}

function wordSource(cause: ICause, scene: ITelling): IWording {
  const [{ node, need, send }] = cause.near as [INearMiss];
  const more = cause.near.length - 1;
  const wanted = scene.comms.toWorld(need.comm, need.peer, node.rank) ?? need.peer;
  const from = scene.comms.toLocal(need.comm, send.rank, node.rank) ?? send.rank;
  return {
    title:
      `rank ${node.rank} waits for a message from ` +
      `${wanted === node.rank ? 'itself' : peerText(need.comm, wanted, node.rank, scene)}, ` +
      `but the one that came is from ${peerText(need.comm, send.rank, node.rank, scene)}` +
      (more === 0 ? '' : ` (and ${more} more like this)`),
    hint:
      node.wait.kind === 'sendrecv'
        ? `a rank receives from the one that sends to it: on rank ${node.rank} that is source=${from}. ` +
          'In a ring dest is the next rank and source the one before.'
        : more > 0
          ? `check dest and source of each rank: on rank ${node.rank} source=${from}${inLine(node.wait)} would take what came.`
          : isProbed(node.rank, scene)
            ? probedHint(node)
            : `set source=${from}${inLine(node.wait)}, or source=MPI.ANY_SOURCE to take it from any rank.`,
    rows: nearRows(cause, scene, one => `sent to rank ${one.node.rank}`)
  };
}

/** Whether the rank has just asked for a message, so that it may know which has come. */
function isProbed(rank: number, scene: ITelling): boolean {
  return /^m?probe$/i.test(scene.lastCall(rank)?.name ?? '');
}

function probedHint({ wait }: IStuck): string {
  return (
    `${wait.name}${inLine(wait)} does not ask for the message that was found before it: take ` +
    'source=status.source and tag=status.tag, from the status given to the probe.'
  );
}

function wordDestination(cause: ICause, scene: ITelling): IWording {
  const [{ node, need, send }] = cause.near as [INearMiss];
  const dest = scene.comms.toLocal(need.comm, node.rank, send.rank) ?? node.rank;
  return {
    title:
      `rank ${node.rank} waits for a message from rank ${send.rank}, ` +
      `but rank ${send.rank} sent it to rank ${send.dest}, which does not receive it`,
    hint: `check the ranks: should it be dest=${dest}${inLine(send)}?`,
    rows: nearRows(cause, scene, one => `sent to rank ${one.send.dest}`)
  };
}

function wordCommunicator(cause: ICause, scene: ITelling): IWording {
  const [{ node, need, send }] = cause.near as [INearMiss];
  const here = scene.comms.name(need.comm, node.rank);
  const there = scene.comms.name(send.comm, send.rank);
  return {
    title:
      `rank ${node.rank} waits for a message on ${here}, ` +
      `but rank ${send.rank} sent it on ${there}`,
    hint: 'send and receive on the same communicator; a message never crosses to another one.',
    rows: nearRows(cause, scene, one => `sent to rank ${one.node.rank} on ${there}`)
  };
}
