import { clashOf } from './agreement.js';
import { grouped, onComm } from './collective-wording.js';
import type { Communicators } from './comms.js';
import { amountText, typesDiffer } from './datatypes.js';
import type { Findings } from './notices.js';
import type { ICollective } from './operations.js';
import { inLine, listed, ranksText } from './words.js';

/** Checks of a collective that all members have called, by rank. */
export function checkCollective(
  calls: ICollective[],
  comms: Communicators,
  findings: Findings
): void {
  const [first] = calls;
  if (first === undefined) {
    return;
  }
  const text = disagreement(calls, comms);
  if (text !== null) {
    const places = [...new Set(calls.map(call => `${call.line} ${call.name}`))].join('|');
    findings.add(
      `collective|${places}`,
      calls.map(call => call.rank),
      () => ({ level: 'warning', text })
    );
  }
}

function disagreement(calls: ICollective[], comms: Communicators): string | null {
  const [first] = calls as [ICollective];
  const where = onComm(first, { comms });
  const said = <T>(value: (call: ICollective) => T, text: (value: T) => string): string =>
    listed(grouped(calls, value).map(([one, ranks]) => `${text(one)} on ${ranksText(ranks)}`));
  const name = `${first.name}${where}${sameLine(calls)}`;
  switch (clashOf(calls)) {
    case 'name':
      return (
        `Different collectives met${where}: ` +
        `${said(
          call => `${call.name}${inLine(call)}`,
          text => text
        )}. ` +
        'All ranks must call the same ones in the same order.'
      );
    case 'root':
      return `${name} was called with different roots: ${said(
        call => call.root,
        root => `root ${root}`
      )}.`;
    case 'arguments':
      return new Set(calls.map(call => call.op).filter(op => op !== null)).size > 1
        ? `${name} was called with different operations: ${said(call => call.op, String)}.`
        : `${name} was called with buffers of different size: ${said(amountText, text => text)}.`;
    case null: {
      const other = calls.find(call => call.buffer && typesDiffer(first.dtype, call.dtype));
      return other && first.buffer
        ? `${name} was called with different types: ${said(call => call.dtype, String)}.`
        : null;
    }
  }
}

function sameLine(calls: ICollective[]): string {
  const lines = new Set(calls.map(inLine));
  return lines.size === 1 ? ([...lines][0] ?? '') : '';
}
