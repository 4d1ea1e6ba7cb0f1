import { operationOf } from './agreement.js';
import { onComm } from './collective-wording.js';
import type { Communicators } from './comms.js';
import type { Findings, IFinding } from './findings.js';
import type { ICallSite, ICollective } from './operations.js';
import type { IRefusal, Refusals } from './refusals.js';
import { callersText, inLine, lineText, ranksText, verb } from './words.js';

/** What the ranks of a run have done, as far as it matters here. */
export interface IDone {
  comms: Communicators;
  /** Whether calls on this communicator can be told apart by their number. */
  isCounted: (comm: string, members: number[]) => boolean;
  /** Whether this rank has gone through the whole of its program. */
  isThrough: (rank: number) => boolean;
  /** The last call of a rank. */
  last: ReadonlyMap<number, ICallSite>;
  refusals: Refusals;
}

/**
 * Collectives that some members have called and others not, while nobody had to wait: what was
 * sent in them would fall on the next one. Told where all members have run to their end.
 *
 * @param rounds - the calls of each such collective, by rank
 * @returns the communicators on which that happened
 */
export function checkUneven(rounds: ICollective[][], done: IDone, findings: Findings): string[] {
  const uneven = new Set<string>();
  for (const calls of rounds) {
    const [first] = calls;
    const everyone = first && done.comms.everyone(first.comm, first.rank);
    if (!everyone?.every(done.isThrough) || !done.isCounted(first.comm, everyone)) {
      continue;
    }
    const refusal = done.refusals.first(first.comm, everyone);
    if (refusal !== null && uneven.has(first.comm)) {
      continue;
    }
    uneven.add(first.comm);
    const missing = everyone.filter(rank => !calls.some(call => call.rank === rank));
    const places = [...new Set(calls.map(call => `${lineText(call)} ${call.name}`))].join('|');
    findings.add(`uneven|${places}`, everyone, () =>
      refusal === null
        ? unevenFinding(calls, missing, done)
        : refusedFinding(calls, missing, refusal, done)
    );
  }
  return [...uneven];
}

/** The same, where it began with a call that raised on one rank. */
function refusedFinding(
  calls: ICollective[],
  missing: number[],
  refusal: IRefusal,
  { comms }: IDone
): IFinding {
  const [first] = calls as [ICollective];
  const what = `${first.name}${inLine(first)}${onComm(first, { comms })}`;
  return {
    level: 'warning',
    title: `${callersText(calls)} called ${what}, but ${ranksText(missing)} ${verb(missing, 'has', 'have')} not: ${refusal.site.name}${inLine(refusal.site)} raised an exception on rank ${refusal.site.rank}.`,
    notes: [
      ...calls.map((call): [ICallSite, string] => [call, 'did not have to wait for the others']),
      [refusal.site, `raised ${refusal.error}`]
    ],
    hint: `what raises is no call for the other ranks: correct that first. ${nextText(first, comms)}`
  };
}

/** How to go on after it. */
function nextText({ comm, rank }: ICollective, comms: Communicators): string {
  return comm === 'world'
    ? 'The next cell begins with a clean COMM_WORLD.'
    : `Make ${comms.name(comm, rank)} anew before you use it again.`;
}

function unevenFinding(calls: ICollective[], missing: number[], { comms, last }: IDone): IFinding {
  const [first] = calls as [ICollective];
  const { name } = first;
  const theirs = missing.map(rank => last.get(rank));
  const isAgain = theirs.some(call => call && operationOf(call.name) === operationOf(name));
  const who = callersText(calls);
  const others = ranksText(missing);
  const what = `${name}${inLine(first)}${onComm(first, { comms })}`;
  const line = lineText(first);
  const where = line === '' ? '' : `; is ${line} inside an if${isAgain ? ' or a loop' : ''}?`;
  const next = nextText(first, comms);
  return {
    level: 'warning',
    title: isAgain
      ? `${who} called ${what} more often than ${others}.`
      : `${who} called ${what}, but ${others} ${verb(missing, 'has', 'have')} not.`,
    notes: [
      ...calls.map((call): [ICallSite, string] => [call, 'did not have to wait for the others']),
      ...theirs.flatMap((call): [ICallSite, string][] =>
        call ? [[call, 'the last MPI call there']] : []
      )
    ],
    hint: `every rank of the communicator must call ${name}${isAgain ? ' equally often' : ''}${where || '.'} ${next}`
  };
}
