/**
 * The candidate that `word` was most probably meant to be: one that it begins, else the
 * one with the fewest slips of the finger (a letter too many, too few, wrong, or two
 * swapped), where they are few for its length. Null where nothing is near.
 */
export function nearest(word: string, candidates: readonly string[]): string | null {
  const lower = word.toLowerCase();
  if (lower.length >= 2) {
    const begun = candidates.filter(candidate => candidate.toLowerCase().startsWith(lower));
    if (begun.length > 0) {
      return begun.reduce((best, next) => (next.length < best.length ? next : best));
    }
  }
  let best: string | null = null;
  let bestRank = Infinity;
  for (const candidate of candidates) {
    const allowed = Math.floor((Math.max(lower.length, candidate.length) + 1) / 3);
    if (Math.abs(lower.length - candidate.length) > allowed) {
      continue;
    }
    const distance = editDistance(lower, candidate.toLowerCase());
    // Of two as near, the one as long as the word.
    const rank = distance + Math.abs(lower.length - candidate.length) / 100;
    if (distance <= allowed && rank < bestRank) {
      best = candidate;
      bestRank = rank;
    }
  }
  return best;
}

/** Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(row[j - 1] + 1, last[j] + 1, last[j - 1] + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, beforeLast[j - 2] + 1);
      }
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length];
}
