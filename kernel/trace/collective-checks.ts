import { clashOf, operationOf, otherFormHint, sameOrderHint } from './agreement.js';
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
    const isThisOne = refusal?.begun && refusal.index === first.index;
    return refusal && !isThisOne ? refusalHint(refusal) : null;
  };
  const otherTypes = (): IFinding =>
    finding(
      `${name} was called with different element types.`,
      call => sideText(call, comms) + ownTypeText(call),
      'use the same dtype on all ranks; else the bytes are read as other numbers.'
    );
  switch (clashOf(calls, comms)) {
    case 'name':
      return finding(
        `Ranks called different collectives at the same time${onComm(first, { comms })}.`,
        call => `calls ${call.name}`,
        refused() ?? otherFormHint(calls) ?? sameOrderHint(calls)
      );
    case 'root':
      return finding(
        `${name} was called with different roots.`,
        call => `root ${call.root}`,
        refused() ?? 'give the same root on all ranks.'
      );
    case 'arguments':
      if (new Set(calls.map(call => call.op).filter(op => op !== null)).size > 1) {
        return finding(
          `${name} was called with different operations.`,
          call => String(call.op),
          'give the same operation on all ranks; the result is wrong now.'
        );
      }
      return areOfOneType(calls)
        ? finding(
            `${name} was called with buffers of different size.`,
            amountText,
            `give buffers of the same size on all ranks${orWithCounts(first)}.`
          )
        : otherTypes();
    case null:
      return areOfOneType(calls)
        ? (wrongShares(calls, comms, name) ??
            wrongReceives(calls, comms, name) ??
            mixedForms(calls))
        : otherTypes();
  }
}

/** The root's part for itself, where that is of another type. */
function ownTypeText({ dtype, own }: ICollective): string {
  return own && typesDiffer(dtype, own.dtype) ? `, and ${amountText(own)} itself` : '';
}

/** The layer makes blocking collectives of non-blocking ones; plain MPI does not match the two. */
function mixedForms(calls: ICollective[]): IFinding | null {
  const [first] = calls;
  const other = calls.find(call => call.name.toLowerCase() !== first?.name.toLowerCase());
  return first === undefined || other === undefined
    ? null
    : {
        level: 'info',
        title:
          `${first.name}${inLine(first)} and ${other.name}${inLine(other)} meet here, ` +
          'but not in plain MPI.',
        notes: calls.map(call => [call, `calls ${call.name}`]),
        hint: 'use the blocking form on all ranks, or the non-blocking one on all.'
      };
}

/** As far as it is known, and of those that give or take anything. */
function areOfOneType(calls: ICollective[]): boolean {
  const giving = calls.filter(call => call.buffer && call.count !== 0);
  const [first] = giving;
  // Neighbours need to agree, others not.
  const isLocal = /^I?neighbor/i.test(first?.name ?? '');
  const types = giving.flatMap(({ dtype, own }) => [dtype, own?.count ? own.dtype : null]);
  return isLocal || !types.some(type => typesDiffer(first?.dtype ?? null, type));
}

/** Whom the parts of different size are allowed. */
function orWithCounts({ name }: ICollective): string {
  const operation = operationOf(name);
  return operation === 'Allgather' || operation === 'Alltoall' ? `, or use ${operation}v` : '';
}
