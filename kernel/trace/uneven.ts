import { operationOf } from './agreement.js';
import { onComm } from './collective-wording.js';
import type { Communicators } from './comms.js';
import type { Findings } from './findings.js';
import type { ICallSite, ICollective } from './operations.js';
import { inLine, lineText, ranksText, verb } from './words.js';

/** What the ranks of a run have done, as far as it matters here. */
export interface IDone {
  comms: Communicators;
  /** Whether calls on this communicator can be told apart by their number. */
  isCounted: (comm: string, members: number[]) => boolean;
  /** Whether this rank has gone through the whole of its program. */
  isThrough: (rank: number) => boolean;
  /** The last call of a rank. */
  last: ReadonlyMap<number, ICallSite>;
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
    uneven.add(first.comm);
    const missing = everyone.filter(rank => !calls.some(call => call.rank === rank));
    const places = [...new Set(calls.map(call => `${lineText(call)} ${call.name}`))].join('|');
    findings.add(`uneven|${places}`, everyone, () => unevenFinding(calls, missing, done));
  }
  return [...uneven];
}

function unevenFinding(calls: ICollective[], missing: number[], { comms, last }: IDone) {
  const [first] = calls as [ICollective];
  const { name } = first;
  const theirs = missing.map(rank => last.get(rank));
  const isAgain = theirs.some(call => call && operationOf(call.name) === operationOf(name));
  const who = `R${ranksText(calls.map(call => call.rank)).slice(1)}`;
  const others = ranksText(missing);
  const what = `${name}${inLine(first)}${onComm(first, { comms })}`;
  const line = lineText(first);
  const where = line === '' ? '' : `; is ${line} inside an if${isAgain ? ' or a loop' : ''}?`;
  const next =
    first.comm === 'world'
      ? 'The next cell begins with a clean COMM_WORLD.'
      : `Make ${comms.name(first.comm, first.rank)} anew before you use it again.`;
  return {
    level: 'warning' as const,
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
