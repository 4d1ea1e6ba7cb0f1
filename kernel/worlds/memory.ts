import { readFileSync } from 'node:fs';

/**
 * Memory of these processes, bytes: PSS, in which a page shared by n processes counts a
 * n-th for each. Null where the system does not tell.
 */
export function ownMemory(pids: readonly number[]): number | null {
  let total: number | null = null;
  for (const pid of pids) {
    try {
      const kilobytes = /^Pss:\s+(\d+) kB/m.exec(
        readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
      )?.[1];
      total = (total ?? 0) + Number(kilobytes) * 1024;
    } catch {
      // It has just ended, or there is no /proc.
    }
  }
  return total;
}
