import { clashOf, operationOf } from './agreement.js';
import { onComm } from './collective-wording.js';
import type { Communicators } from './comms.js';
import { amountText, typesDiffer } from './datatypes.js';
import type { Findings, IFinding } from './findings.js';
import type { ICollective } from './operations.js';
import { wrongReceives } from './receives.js';
import type { Refusals } from './refusals.js';
import { refusalHint } from './refusals.js';
import { sideText, wrongShares } from './shares.js';
import { inLine } from './words.js';

/** Checks of a collective that all members have called, by rank. */
export function checkCollective(
  calls: ICollective[],
  comms: Communicators,
  refusals: Refusals,
  findings: Findings
): void {
  const make = disagreement(calls, comms, refusals);
  if (make !== null) {
    const places = [...new Set(calls.map(call => `${call.line} ${call.name}`))].join('|');
    const ranks = calls.map(call => call.rank);
    findings.add(`collective|${places}`, ranks, () => make);
  }
}

function disagreement(
  calls: ICollective[],
  comms: Communicators,
  refusals: Refusals
): IFinding | null {
  const [first] = calls;
  if (first === undefined) {
    return null;
  }
  const name = `${first.name}${inLine(first)}${onComm(first, { comms })}`;
  const finding = (title: string, note: (call: ICollective) => string, hint: string): IFinding => ({
    level: 'warning',
    title,
    notes: calls.map(call => [call, note(call)]),
    hint
  });
  const refused = (): string | null => {
    const ranks = calls.map(call => call.rank);
    const refusal = refusals.first(first.comm, ranks);
    return refusal && refusalHint(refusal);
  };
  switch (clashOf(calls, comms)) {
    case 'name':
      return finding(
        `Ranks called different collectives at the same time${onComm(first, { comms })}.`,
        call => `calls ${call.name}`,
        refused() ?? 'all ranks must call the same collectives in the same order.'
      );
    case 'root':
      return finding(
        `${name} was called with different roots.`,
        call => `root ${call.root}`,
        refused() ?? 'give the same root on all ranks.'
      );
    case 'arguments':
      return new Set(calls.map(call => call.op).filter(op => op !== null)).size > 1
        ? finding(
            `${name} was called with different operations.`,
            call => String(call.op),
            'give the same operation on all ranks; the result is wrong now.'
          )
        : finding(
            `${name} was called with buffers of different size.`,
            amountText,
            `give buffers of the same size on all ranks${orWithCounts(first)}.`
          );
    case null:
      return areOfOneType(calls)
        ? (wrongShares(calls, comms, name) ?? wrongReceives(calls, comms, name))
        : finding(
            `${name} was called with different element types.`,
            call => sideText(call, comms),
            'use the same dtype on all ranks; else the bytes are read as other numbers.'
          );
  }
}

/** As far as it is known, and of those that give or take anything. */
function areOfOneType(calls: ICollective[]): boolean {
  const giving = calls.filter(call => call.buffer && call.count !== 0);
  const [first] = giving;
  // Neighbours need to agree, others not.
  const isLocal = /^I?neighbor/i.test(first?.name ?? '');
  return isLocal || !giving.some(call => typesDiffer(first?.dtype ?? null, call.dtype));
}

/** Whom the parts of different size are allowed. */
function orWithCounts({ name }: ICollective): string {
  const operation = operationOf(name);
  return operation === 'Allgather' || operation === 'Alltoall' ? `, or use ${operation}v` : '';
}
