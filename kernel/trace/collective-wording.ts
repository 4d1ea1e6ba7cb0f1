import { hasNoRoot, operationOf, otherFormHint, sameOrderHint } from './agreement.js';
import type { ICause } from './diagnosis.js';
import type { ICallSite, ICollective } from './operations.js';
import { isCollective } from './operations.js';
import type { ITelling } from './places.js';
import { endRow, siteText } from './places.js';
import type { IRefusal } from './refusals.js';
import { refusalHint } from './refusals.js';
import type { IRow, IWording } from './rows.js';
import type { INeed, IStuck } from './waitfor.js';
import { bytesText, inLine, lineText, listed, ranksText, verb } from './words.js';

/** Words for collectives that some do not enter, or that do not fit together. */
export function wordCollective(cause: ICause, scene: ITelling): IWording {
  const said = wordProblem(cause, scene);
  const refusal = refusalOf(cause, scene);
  if (refusal === null) {
    return said;
  }
  const { site, error } = refusal;
  const row = { rank: site.rank, place: lineText(site), call: siteText(site, scene) };
  return {
    title: said.title,
    hint: refusalHint(refusal),
    rows: [...said.rows, { ...row, note: `raised ${error}` }]
  };
}

/** A call that raised before on the communicator in question: since then the ranks are apart. */
function refusalOf({ needs }: ICause, scene: ITelling): IRefusal | null {
  const { node, need } = needs[0] ?? {};
  if (node === undefined || need?.need.what !== 'collective') {
    return null;
  }
  const { comm } = need.need;
  const members = scene.comms.everyone(comm, node.rank);
  return members && scene.refusal(comm, members);
}

function wordProblem(cause: ICause, scene: ITelling): IWording {
  switch (cause.problem) {
    case 'collective-other':
      return wordOther(cause, scene);
    case 'collective-root':
      return wordRoot(cause, scene);
    case 'collective-arguments':
      return wordArguments(cause, scene);
    default:
      return wordMissing(cause, scene);
  }
}

/** Members grouped by what they gave, in the order of their first rank. */
export function grouped<T>(calls: ICollective[], value: (call: ICollective) => T): [T, number[]][] {
  const groups = new Map<T, number[]>();
  for (const call of calls) {
    const key = value(call);
    groups.set(key, [...(groups.get(key) ?? []), call.rank]);
  }
  return [...groups];
}

/** ` on row` where it is not COMM_WORLD. */
export function onComm(
  call: { comm: string; rank: number },
  scene: Pick<ITelling, 'comms'>
): string {
  return call.comm === 'world' ? '' : ` on ${scene.comms.name(call.comm, call.rank)}`;
}

/** Rows for members that called and went on, so that they are not among the stuck ranks. */
function callRows(cause: ICause, scene: ITelling, note: (call: ICollective) => string): IRow[] {
  return cause.calls
    .filter(call => !cause.nodes.some(node => node.rank === call.rank))
    .map(call => ({
      rank: call.rank,
      place: lineText(call),
      call: siteText(call, scene),
      note: note(call)
    }));
}

function wordOther(cause: ICause, scene: ITelling): IWording {
  const { calls } = cause;
  const groups = grouped(calls, call => call.name);
  const said = groups.map(([name, ranks]) => {
    const call = calls.find(one => one.name === name);
    const where = call && lineText(call);
    return `${ranksText(ranks)} ${verb(ranks, 'calls', 'call')} ${name}${where ? ` (${where})` : ''}`;
  });
  const first = calls[0];
  return {
    title: `${said.length === 2 ? said.join(', but ') : listed(said)}${first ? onComm(first, scene) : ''}`,
    hint: otherFormHint(calls) ?? sameOrderHint(calls),
    rows: callRows(cause, scene, () => 'went on')
  };
}

function wordRoot(cause: ICause, scene: ITelling): IWording {
  const groups = grouped(cause.calls, call => call.root);
  const said = groups.map(([root, ranks]) => `root ${root} on ${ranksText(ranks)}`);
  const name = cause.calls[0]?.name ?? 'the collective';
  if (hasNoRoot(cause.calls, scene.comms)) {
    const [first] = cause.calls as [ICollective];
    return {
      title: `${name}${onComm(first, scene)} is called between two groups, and not one rank is its root`,
      hint:
        'the root gives root=MPI.ROOT, the other ranks of its group root=MPI.PROC_NULL, and those ' +
        'of the other group the rank that the root has in its own.',
      rows: []
    };
  }
  return {
    title: `${name} is called with different roots: ${said.join(', ')}`,
    hint: 'give the same root on all ranks.',
    rows: callRows(cause, scene, call => `went on, with root ${call.root}`)
  };
}

function wordArguments(cause: ICause, scene: ITelling): IWording {
  const { calls } = cause;
  const ops = grouped(calls, call => call.op).filter(([op]) => op !== null);
  const groups: [string | null, number[]][] =
    ops.length > 1
      ? ops
      : grouped(calls, call => (call.bytes === null ? null : bytesText(call.bytes)));
  const said = groups.map(([value, ranks]) => `${value} on ${ranksText(ranks)}`);
  const name = calls[0]?.name ?? 'the collective';
  return {
    title: `${name} is called with different arguments: ${said.join(', ')}`,
    hint: `give ${ops.length > 1 ? 'the same operation' : 'buffers of the same size'} on all ranks.`,
    rows: callRows(cause, scene, () => 'went on')
  };
}

function wordMissing(cause: ICause, scene: ITelling): IWording {
  const { nodes, targets, needs } = cause;
  const read = needs[0]?.need.need;
  const node = nodes[0];
  const name = read?.what === 'collective' ? read.name : 'a collective';
  const place =
    read?.what === 'collective' && node ? onComm({ ...read, rank: node.rank }, scene) : '';
  const ended = targets.filter(rank => scene.ends.has(rank));
  const elsewhere = targets.filter(rank => !scene.ends.has(rank));
  // A rank that called it before has called it less often, as in loops of different length.
  const refused = refusalOf(cause, scene)?.site;
  const isAgain = ended.some(rank => {
    const last = scene.lastCall(rank);
    const isRefused = rank === refused?.rank && last?.seq === refused.seq;
    return last?.name === name && !isRefused && isOnComm(last, read);
  });
  const astray = astrayOf(ended, read, scene);
  const without = isAgain ? 'without calling it once more' : 'without calling it';
  const parts = [
    ...(ended.length > 0
      ? [`${ranksText(ended)} ${verb(ended, 'has', 'have')} finished the cell ${without}`]
      : []),
    ...(elsewhere.length > 0
      ? [
          `${ranksText(elsewhere)} ${verb(elsewhere, 'is', 'are')} in ${elsewhereText(elsewhere, scene)}`
        ]
      : [])
  ];
  const waiters = nodes.map(one => one.rank);
  const line = node && lineText(node.wait);
  const isTimed = node !== undefined && /%timeit\b/.test(scene.sourceOf(node.wait));
  const must = `every rank of the communicator must call ${name}`;
  return {
    title: `${ranksText(waiters)} ${verb(nodes, 'waits', 'wait')} in ${name}${place}, but ${listed(parts)}`,
    hint:
      ended.length === 0 && isOnAnother(elsewhere, read, scene)
        ? `${ranksText(elsewhere)} ${verb(elsewhere, 'calls', 'call')} ${name} on another ` +
          'communicator: all must call it on the same one.'
        : astray !== null
          ? `${ranksText(ended)} called ${astray.name}${inLine(astray)}${onComm(astray, scene) || ' on COMM_WORLD'}: ` +
            'all must call it on the same communicator.'
          : ended.length === 0
            ? `${ranksText(elsewhere)} can not come to ${name} before that call is done: ` +
              `check the order of the calls, and that every rank calls ${name}.`
            : isAgain && isTimed
              ? `${must} equally often, and %timeit decides on each rank how often: give it the number, as with -n 100.`
              : isAgain
                ? `${must} equally often${line ? `; is ${line} in a loop of different length?` : '.'}`
                : `${must}${line ? `; is ${line} inside an if?` : '.'}`,
    rows: ended.map(rank => endRow(rank, scene))
  };
}

/** The communicator of the collective in which a rank waits, where it is not COMM_WORLD. */
function onItsComm({ rank, needs }: IStuck, scene: ITelling): string {
  const need = needs[0]?.need;
  return need?.what === 'collective' ? onComm({ comm: need.comm, rank }, scene) : '';
}

/** Whether these ranks are in the same collective, but of another communicator. */
function isOnAnother(ranks: number[], read: INeed['need'] | undefined, scene: ITelling): boolean {
  return ranks.every(rank => {
    const need = scene.stuck.find(one => one.rank === rank)?.needs[0]?.need;
    return (
      need?.what === 'collective' &&
      read?.what === 'collective' &&
      need.comm !== read.comm &&
      operationOf(need.name) === operationOf(read.name)
    );
  });
}

/** Whether a call was one on the communicator of a collective; true where that is not known. */
function isOnComm(call: ICallSite, read: INeed['need'] | undefined): boolean {
  return !isCollective(call) || read?.what !== 'collective' || call.comm === read.comm;
}

/** The last call of ranks that have ended, where all made this collective on another communicator. */
function astrayOf(
  ended: number[],
  read: INeed['need'] | undefined,
  scene: ITelling
): ICollective | null {
  const calls = ended.map(rank => scene.lastCall(rank));
  const [first] = calls;
  const areAstray = calls.every(
    call =>
      call !== null &&
      read?.what === 'collective' &&
      operationOf(call.name) === operationOf(read.name) &&
      !isOnComm(call, read)
  );
  return first && areAstray ? (first as ICollective) : null;
}

/** `Recv in line 5`, or `other calls`. */
export function elsewhereText(ranks: number[], scene: ITelling): string {
  const calls = ranks.map(rank => {
    const node = scene.stuck.find(one => one.rank === rank);
    return node ? `${node.wait.name}${onItsComm(node, scene)}${inLine(node.wait)}` : 'another call';
  });
  return new Set(calls).size === 1 ? (calls[0] ?? 'another call') : 'other calls';
}
