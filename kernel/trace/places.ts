import type { WaitNeed, WaitState } from '../../src/protocol/index.js';
import type { IScene } from './diagnosis.js';
import type { ICallSite, ICollective } from './operations.js';
import { ANY, PROC_NULL } from './comms.js';
import type { IRefusal } from './refusals.js';
import type { IRow } from './rows.js';
import type { INeed, IStuck } from './waitfor.js';
import { bytesText, exceptionText, inLine, lineText, listed, ranksText, tagText } from './words.js';

/** What a scene of a deadlock is told with: the cell's lines and the ranks' requests. */
export interface ITelling extends IScene {
  size: number;
  /** Source of a line of the cell, trimmed; empty where unknown. */
  sourceOf(place: { line: number | null; file?: string }): string;
  /** All stuck ranks. */
  stuck: IStuck[];
  /** The last call that a rank has completed. */
  lastCall(rank: number): ICallSite | null;
  /** Messages sent from one rank to another in this run; null: not all were recorded. */
  messages(source: number, dest: number): number | null;
  /** Whether a rank has come to this collective too. */
  hasEntered(call: ICollective, rank: number): boolean;
  /** The first collective that raised on some of these ranks only. */
  refusal(comm: string, members: number[]): IRefusal | null;
  /** The call by which a rank has locked what another one waits for; null: not known. */
  lockSite(rank: number, need: WaitNeed): ICallSite | null;
  /** The call that made a request of a rank. */
  requestSite(rank: number, request: number): ICallSite | null;
}

/** Peers, in words: `rank 3`, or `rank 3 (rank 1 of row)` in another communicator. */
export function peerText(comm: string, rank: number, self: number, scene: ITelling): string {
  const { comms } = scene;
  if (comms.isWorldOrder(comm, self)) {
    return `rank ${rank}`;
  }
  return `rank ${rank} (rank ${comms.toLocal(comm, rank, self) ?? '?'} of ${comms.name(comm, self)})`;
}

/** The row of a stuck rank. `showTag` where the tag is what matters. */
export function stuckRow(node: IStuck, scene: ITelling, showTag: boolean): IRow {
  const { rank, wait, needs } = node;
  const windows = needs.flatMap(need => (need.need.what === 'window' ? need.targets : []));
  const notes =
    windows.length > 1
      ? [windowText(windows, needs[0]?.need)]
      : [...new Set(needs.map(need => needText(need, rank, scene, showTag)))];
  const shown = notes.length > 3 ? [...notes.slice(0, 2), `${notes.length - 2} more`] : notes;
  const targets = new Set(needs.flatMap(need => need.targets));
  const clash = needs.every(need => need.clash);
  const text = `${clash ? 'in' : 'for'} ${listed(shown, wait.mode === 'or' ? 'or' : 'and')}`;
  return {
    rank,
    place: lineText(wait),
    call: callText(wait, scene),
    note: `waits ${text}`,
    notes: `wait ${text.replace(/\bitself\b/, 'themselves')}`,
    ...(targets.size === 1 ? { target: [...targets][0] } : {})
  };
}

function callText(wait: WaitState, scene: ITelling): string {
  return wait.text || scene.sourceOf(wait) || `${wait.name}(...)`;
}

/** The call of a record: its line as written where that is known, else its name. */
export function siteText(site: ICallSite, scene: ITelling): string {
  return scene.sourceOf(site) || `${site.name}(...)`;
}

function needText(read: INeed, rank: number, scene: ITelling, showTag: boolean): string {
  const { need, targets } = read;
  const made = need.request === undefined ? null : scene.requestSite(rank, need.request);
  const of = made && made.line !== null ? ` (${made.name} of ${lineText(made)})` : '';
  if (need.what === 'collective') {
    return collectiveText(read, need, of);
  }
  const [target] = targets;
  if (need.what === 'window') {
    return windowText(targets, need);
  }
  const who =
    need.peer === ANY
      ? 'any rank'
      : target === undefined
        ? 'nobody'
        : target === rank
          ? 'itself'
          : peerText(need.comm, target, rank, scene);
  if (need.what === 'receiver') {
    const size = need.bytes === null || need.bytes < 1000 ? '' : ` ${bytesText(need.bytes)}`;
    return `${who} to receive${size}${showTag ? ` with ${tagText(need.tag)}` : ''}${of}`;
  }
  return showTag ? `${tagText(need.tag)} from ${who}${of}` : `${who}${of}`;
}

/** Who has to do what with a window. */
export function windowText(ranks: number[], need?: WaitNeed): string {
  const call = need?.what === 'window' ? need.call : 'Post';
  // Of several that have to complete it is not known which one has not.
  const them = call === 'Complete' ? `rank ${listed(ranks.map(String), 'or')}` : ranksText(ranks);
  return `${them} to call ${call}`;
}

function collectiveText(
  read: INeed,
  need: Extract<WaitNeed, { what: 'collective' }>,
  of: string
): string {
  if (read.clash) {
    const root =
      read.clash.about === 'root' && need.root !== null ? ` with root ${rootText(need.root)}` : '';
    return `${need.name}${root}${of}`;
  }
  return `${ranksText(read.targets)}${of}`;
}

/** Negative ones are names, in collectives between two groups. */
function rootText(root: number): string {
  return root === PROC_NULL ? 'MPI.PROC_NULL' : root < 0 ? 'MPI.ROOT' : String(root);
}

/** The row of a rank that has ended and is waited for. */
export function endRow(rank: number, scene: ITelling): IRow {
  const end = scene.ends.get(rank);
  const what = end?.what ? `: ${end.what}` : '';
  const last = scene.lastCall(rank);
  const after = last
    ? `; its last MPI call was ${last.name}${inLine(last)}`
    : ', without an MPI call';
  const notes = {
    done: `has finished the cell${after}`,
    raised: end?.what ? `raised ${exceptionText(end.what)}` : 'raised an exception',
    exited: `left the cell by exit${what}`,
    dead: `its process has ended${what}`,
    interrupted: 'was stopped',
    absent: 'does not run this cell'
  };
  const place = { line: end?.line ?? null };
  const how = end?.how ?? 'done';
  const showLine = how !== 'done' && how !== 'absent';
  return {
    rank,
    place: showLine ? lineText(place) : '',
    call: showLine ? scene.sourceOf(place) : '',
    note: notes[how],
    notes: severally(notes[how])
  };
}

/** The same of several ranks. */
function severally(note: string): string {
  return note
    .replace(/^has /, 'have ')
    .replace(/^was /, 'were ')
    .replace(/^does /, 'do ')
    .replace(/^its process has /, 'their processes have ')
    .replace('; its last MPI call was ', '; their last MPI call was ');
}

/** The row of a message that was sent and not received. */
export function strayRow(send: ICallSite, scene: ITelling, what: string): IRow {
  const call = siteText(send, scene);
  return { rank: send.rank, place: lineText(send), call, note: what };
}

/** ` in line 4`, from where a rank ended. */
export function endLine(rank: number, scene: ITelling): string {
  return inLine({ line: scene.ends.get(rank)?.line ?? null });
}
