import type { CallRecord } from '../../src/protocol/index.js';
import { keyOf } from './checks.js';
import type { Communicators } from './comms.js';
import type { Findings } from './findings.js';
import type { IHeld } from './locks.js';
import type { ICallSite } from './operations.js';
import { bytesText } from './words.js';

type IAccess = NonNullable<CallRecord['access']>;

/** Parts of windows that were still locked when the cell ended; all at once often are, on purpose. */
export function checkLocks(held: IHeld[], comms: Communicators, findings: Findings): void {
  for (const { locks, site } of held) {
    const { comm, part } = locks;
    if (part !== null) {
      findings.add(keyOf('locked', site), [site.rank], () => ({
        level: 'warning',
        title: `Rank ${site.rank} has locked ${partText(comm, part, site, comms)}, and not unlocked it before the cell ended.`,
        notes: [[site, 'others that lock it wait, and what was put may not be there yet']],
        hint: 'call Unlock after the accesses; a later cell may still do that.'
      }));
    }
  }
}

/** What is done to a window beyond the part of its target, or within an element of it. */
export function checkAccess(
  { access }: CallRecord,
  site: ICallSite,
  comms: Communicators,
  findings: Findings
): void {
  if (access === undefined) {
    return;
  }
  const { begin, end, room, item } = access;
  const isBeyond = end > room;
  findings.add(keyOf(isBeyond ? 'beyond-part' : 'within-element', site), [site.rank], () => {
    const part = partText(access.comm, access.peer, site, comms);
    const [what, note] = isBeyond
      ? [`reaches beyond ${part}`, `bytes ${begin} to ${end} of ${room}`]
      : [
          `begins within an element of ${part}`,
          `at byte ${begin}, and an element has ${bytesText(item)}`
        ];
    return {
      level: 'warning',
      title: `Rank ${site.rank} ${what} with ${site.name}.`,
      notes: [[site, note]],
      hint: hintFor(access)
    };
  });
}

function partText(comm: string, part: number, { rank }: ICallSite, comms: Communicators): string {
  const target = comms.toWorld(comm, part, rank) ?? part;
  const whose = target === rank ? 'its own part' : `the part of rank ${target}`;
  return `${whose} of ${comms.name(comm, rank)}`;
}

function hintFor({ begin, room, unit, item }: IAccess): string {
  return unit === 1 && item > 1 && begin < room / item
    ? `the window has a disp_unit of ${unit}, so places in it are in steps of ${bytesText(unit)}; with disp_unit=${item} they are elements.`
    : 'MPI does not look: what stands behind it in memory is read, or overwritten.';
}
