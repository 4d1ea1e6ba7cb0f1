import type { ICause, Problem } from './diagnosis.js';
import { wordCollective } from './collective-wording.js';
import { wordLeaders } from './leader-wording.js';
import { wordNearMiss } from './near-wording.js';
import { isCollective } from './operations.js';
import type { ITelling } from './places.js';
import { endLine, strayRow } from './places.js';
import { wordUnstarted } from './persistent-wording.js';
import type { IRow, IWording } from './rows.js';
import type { IStuck } from './waitfor.js';
import { wordWindow } from './window-wording.js';
import { bytesText, exceptionText, inLine, lineText, ranksText, verb } from './words.js';

type Words = (cause: ICause, scene: ITelling) => IWording;

const WORDS: { [problem in Problem]: Words } = {
  dead: wordEnded,
  raised: wordEnded,
  exited: wordEnded,
  interrupted: wordEnded,
  absent: wordEnded,
  'collective-other': wordCollective,
  'collective-root': wordCollective,
  'collective-arguments': wordCollective,
  'collective-missing': wordCollective,
  unstarted: wordUnstarted,
  tag: wordNearMiss,
  source: wordNearMiss,
  destination: wordNearMiss,
  communicator: wordNearMiss,
  unfinished: wordUnfinished,
  self: wordSelf,
  finished: wordFinished,
  window: wordWindow,
  probe: wordProbe,
  receives: wordReceives,
  sends: wordSends,
  cycle: wordCycle
};

export function wordCause(cause: ICause, scene: ITelling): IWording {
  return wordLeaders(cause, scene) ?? WORDS[cause.problem](cause, scene);
}

const who = (cause: Pick<ICause, 'nodes'>): string => ranksText(cause.nodes.map(node => node.rank));
const waits = (cause: ICause): string => verb(cause.nodes, 'waits', 'wait');
/** `Sendrecv` among upper-case calls, `sendrecv` among lower-case ones. */
const exchange = (cause: ICause): string =>
  cause.nodes.every(node => !node.wait.buffer) ? 'sendrecv' : 'Sendrecv';

function wordEnded(cause: ICause, scene: ITelling): IWording {
  const { targets, problem } = cause;
  const [first = 0] = targets;
  const what = scene.ends.get(first)?.what ?? '';
  const them = ranksText(targets);
  const said = {
    raised: `raised ${exceptionText(what).split(':')[0] || 'an exception'}${endLine(first, scene)}`,
    exited: `left the cell by exit${endLine(first, scene)}`,
    dead: targets.length === 1 ? 'whose process has ended' : 'whose processes have ended',
    interrupted: verb(targets, 'was stopped', 'were stopped'),
    absent: `${verb(targets, 'does', 'do')} not run this cell`
  };
  const how = said[problem as keyof typeof said];
  const hint =
    problem === 'absent'
      ? 'a cell under %%rank or %%ranks runs on some ranks only; run it with %%mpirun, on all.'
      : problem === 'raised'
        ? raisedHint(them, what, scene)
        : `what ended ${them} is the cause; ${who(cause)} ${verb(cause.nodes, 'is', 'are')} only left waiting.`;
  const title = `${who(cause)} ${waits(cause)} for ${them}, ${problem === 'dead' ? '' : 'which '}${how}`;
  return { title, hint, rows: [] };
}

function raisedHint(them: string, what: string, scene: ITelling): string {
  if (/ERR_RANK|invalid rank/i.test(what)) {
    const size = Number(/nonnegative and less than (\d+)/.exec(what)?.[1] ?? scene.size);
    const where = size === scene.size ? 'here' : 'in this communicator';
    return (
      `${them} named a rank that does not exist: ${where} they are 0 to ${size - 1}. ` +
      'At the ends of a chain use MPI.PROC_NULL, or an if around the call.'
    );
  }
  if (/trunca/i.test(what)) {
    return `the receive buffer of ${them} is too small for the message; make it larger.`;
  }
  return `correct the error on ${them} first; the others are only left waiting for it.`;
}

function wordUnfinished(cause: ICause, scene: ITelling): IWording {
  const [node] = cause.nodes;
  const [stalled] = cause.stalled;
  const rank = stalled?.rank ?? 0;
  const isSend = stalled !== undefined && 'dest' in stalled;
  const row: IRow[] = stalled
    ? [
        strayRow(
          stalled,
          scene,
          `${isSend ? 'sends to' : 'receives from'} rank ${node?.rank}, not completed`
        )
      ]
    : [];
  return {
    title:
      `${who(cause)} ${waits(cause)} for a message that rank ${rank} began to ` +
      `${isSend ? 'send' : 'receive'} and did not complete` +
      (scene.ends.has(rank) ? ': it has left the cell' : ''),
    hint: `call Wait() on the request of ${stalled?.name ?? 'that call'}${stalled ? inLine(stalled) : ''}.`,
    rows: row
  };
}

function wordSelf(cause: ICause, scene: ITelling): IWording {
  const [node] = cause.nodes;
  const request = cause.needs[0]?.need.need.request;
  const made = node && request !== undefined ? scene.requestSite(node.rank, request) : null;
  const place = made ?? node?.wait;
  const sends = cause.needs.every(({ need }) => need.need.what === 'receiver');
  const anyRank = cause.needs.some(({ need }) => need.targets.length === 0);
  return {
    title: anyRank
      ? `${who(cause)} ${waits(cause)} for a message, and there is no other rank to send it`
      : sends
        ? `${who(cause)} ${waits(cause)} to be received by ${verb(cause.nodes, 'itself', 'themselves')}`
        : `${who(cause)} ${waits(cause)} for a message from ${verb(cause.nodes, 'itself', 'themselves')}`,
    hint: anyRank
      ? 'run the cell on more ranks (-n 2), or leave the receive out when size is 1.'
      : `is ${place && inLine(place) ? lineText(place) : 'that call'} meant for ${who(cause)}, or only for others (in an else)? ` +
        `To send to the own rank use ${node?.wait.buffer === false ? 'sendrecv' : 'Sendrecv'}, or Isend before the receive.`,
    rows: []
  };
}

function wordFinished(cause: ICause, scene: ITelling): IWording {
  const { targets, needs } = cause;
  const them = ranksText(targets);
  const have = `${verb(targets, 'has', 'have')} finished the cell`;
  if (needs.every(({ need }) => need.need.what === 'receiver')) {
    const theirs = verb(cause.nodes, 'its message', 'their messages');
    return {
      title: `${who(cause)} ${waits(cause)} for ${them} to receive ${theirs}, but ${them} ${have}`,
      hint: `add the receive on ${them}, or leave the send out. ${sizeRemark(cause)}`,
      rows: []
    };
  }
  if (needs.every(({ need }) => need.mode === 'any')) {
    return {
      title: `${who(cause)} ${waits(cause)} for a message from any rank, but all others have finished the cell`,
      hint: countHint(cause, scene) ?? 'count the messages: more are received than were sent.',
      rows: []
    };
  }
  return {
    title: `${who(cause)} ${waits(cause)} for a message from ${them}, which ${have}`,
    hint:
      collectiveHint(cause, scene) ??
      countHint(cause, scene) ??
      `${them} ${verb(targets, 'does', 'do')} not send it: add the send, or leave the receive out.`,
    rows: []
  };
}

/** Those waited for have sent by a collective at last, which those that receive have not called. */
function collectiveHint({ nodes, targets }: ICause, scene: ITelling): string | null {
  const calls = targets.map(rank => scene.lastCall(rank));
  const [call] = calls;
  const isMissed = calls.every(
    one =>
      one !== null &&
      isCollective(one) &&
      one.name === call?.name &&
      nodes.every(
        ({ rank }) =>
          scene.comms.everyone(one.comm, one.rank)?.includes(rank) && !scene.hasEntered(one, rank)
      )
  );
  return call && isMissed
    ? `${ranksText(targets)} called ${call.name}${inLine(call)}, a call for all ranks: ` +
        `${who({ nodes })} must call it too, and receive by it.`
    : null;
}

/** How many messages there were, where it is one rank that waits. */
function countHint(cause: ICause, scene: ITelling): string | null {
  const [node] = cause.nodes;
  const [need] = cause.needs;
  if (node === undefined || cause.nodes.length > 1 || cause.needs.length > 1 || !need) {
    return null;
  }
  const counts = need.need.targets.map(source => scene.messages(source, node.rank));
  if (counts.includes(null)) {
    return null;
  }
  const sum = counts.reduce<number>((total, count) => total + (count ?? 0), 0);
  const them = need.need.mode === 'any' ? 'the other ranks' : ranksText(cause.targets);
  const sent = sum === 0 ? 'nothing' : sum === 1 ? 'one message' : `${sum} messages`;
  const rest = sum === 0 ? '' : `, and rank ${node.rank} waits for one more`;
  return `in this cell ${them} sent ${sent} to rank ${node.rank}${rest}: add the send, or leave the receive out.`;
}

function wordProbe(cause: ICause): IWording {
  const { targets, nodes, needs } = cause;
  const name = nodes[0]?.wait.name ?? 'Probe';
  const those = `${who(cause)} ${nodes.length === 2 ? 'both ' : ''}${waits(cause)} in ${name}`;
  const anyRank = needs.some(({ need }) => need.mode === 'any');
  const title =
    targets.length === 0
      ? `${those}, and nobody sends`
      : anyRank
        ? `${those} for a message from any rank, but all others have finished the cell`
        : `${those} for a message from ${ranksText(targets)}, which ${verb(targets, 'has', 'have')} finished the cell`;
  const hint = `${name} waits until a message comes; I${name.toLowerCase()} only asks, and goes on.`;
  return { title, hint, rows: [] };
}

function wordReceives(cause: ICause): IWording {
  const both = cause.nodes.length === 2 ? 'both' : 'all';
  const pending = cause.needs.every(({ need }) => need.need.request !== undefined);
  const first =
    cause.nodes.length === 2 ? 'let one of them send first' : 'let some of them send first';
  return {
    title: `${who(cause)} ${both} wait to receive, and nobody sends`,
    hint: pending
      ? 'send before you wait for the request of the receive.'
      : `${first}, or use ${exchange(cause)}.`,
    rows: []
  };
}

function wordSends(cause: ICause): IWording {
  const both = cause.nodes.length === 2 ? 'both' : 'all';
  const first = cause.nodes.length === 2 ? 'let one of them' : 'let some of them';
  const pending = cause.needs.every(({ need }) => need.need.request !== undefined);
  return {
    title: `${who(cause)} ${both} wait for their message to be received, and nobody receives`,
    hint: pending
      ? `receive before you wait for the request of the send. ${sizeRemark(cause)}`
      : `${first} receive first, or use ${exchange(cause)}. ${sizeRemark(cause)}`,
    rows: []
  };
}

/** Why a send waits at all, which surprises those who only sent small messages so far. */
function sizeRemark(cause: ICause): string {
  const needs = cause.needs.map(({ need }) => need.need);
  const bytes = Math.max(
    0,
    ...needs.map(need => (need.what === 'receiver' ? (need.bytes ?? 0) : 0))
  );
  if (cause.nodes.every(node => /^I?s+send/i.test(node.wait.name))) {
    return 'A synchronous send waits for its receiver, whatever the size.';
  }
  return bytes >= 256
    ? `A send of ${bytesText(bytes)} may wait for its receiver; small ones are buffered.`
    : 'A send may wait for its receiver.';
}

function wordCycle(cause: ICause): IWording {
  const path = circleOf(cause);
  const steps = path.map((rank, at) => `${rank} for ${path[(at + 1) % path.length]}`);
  const isCircle = steps.length > 2;
  return {
    title: `${who(cause)} wait for each other${isCircle ? ` in a circle: ${steps.join(', ')}` : ''}`,
    hint: `change the order of the calls on one of them, or use ${exchange(cause)}.`,
    rows: []
  };
}

/** Longest circle that is told rank by rank. */
const MAX_CIRCLE = 8;

/** The ranks in the order in which each waits for the next; empty where it is no circle. */
function circleOf({ nodes }: ICause): number[] {
  const path: number[] = [];
  let node: IStuck | undefined = nodes[0];
  while (node && !path.includes(node.rank)) {
    path.push(node.rank);
    const next: number | undefined = node.behind[0];
    node = nodes.find(other => other.rank === next);
  }
  const isWhole = path.length === nodes.length && nodes.every(node => node.behind.length === 1);
  return isWhole && path.length <= MAX_CIRCLE ? path : [];
}
