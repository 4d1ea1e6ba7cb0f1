import type { CallRecord } from '../../src/protocol/index.js';
import { keyOf } from './checks.js';
import type { Communicators } from './comms.js';
import type { Findings } from './findings.js';
import type { IHeld } from './locks.js';
import type { ICallSite } from './operations.js';
import { bytesText } from './words.js';

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

/** Places in a window that were taken for elements, and are bytes. */
export function checkAccess(
  { access }: CallRecord,
  site: ICallSite,
  comms: Communicators,
  findings: Findings
): void {
  if (access === undefined) {
    return;
  }
  const { comm, peer, begin, item } = access;
  findings.add(keyOf('within', site), [site.rank], () => ({
    level: 'warning',
    title: `Rank ${site.rank} begins within an element of ${partText(comm, peer, site, comms)} with ${site.name}.`,
    notes: [[site, `at byte ${begin}, and an element has ${bytesText(item)}`]],
    hint: `the window has a disp_unit of 1, so places in it are in steps of 1 byte; with disp_unit=${item} they are elements.`
  }));
}

function partText(comm: string, part: number, { rank }: ICallSite, comms: Communicators): string {
  const target = comms.toWorld(comm, part, rank) ?? part;
  const whose = target === rank ? 'its own part' : `the part of rank ${target}`;
  return `${whose} of ${comms.name(comm, rank)}`;
}
