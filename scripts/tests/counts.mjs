/**
 * How many tests passed and failed, read from what a test tool wrote. Pure: text in, counts out.
 *
 * @typedef {{ passed: number, failed: number, skipped: string[] }} Counts
 */

/** @returns {Counts} */
export const none = () => ({ passed: 0, failed: 0, skipped: [] });

/**
 * Vitest's and Jest's JSON report. A file that could not be loaded counts as one failure.
 * @param {string} json
 * @returns {Counts}
 */
export function fromVitest(json) {
  const counts = none();
  for (const file of JSON.parse(json).testResults) {
    if (file.status === 'failed' && file.assertionResults.every(t => t.status !== 'failed')) {
      counts.failed++;
    }
    for (const { status, fullName } of file.assertionResults) {
      if (status === 'passed') {
        counts.passed++;
      } else if (status === 'failed') {
        counts.failed++;
      } else {
        counts.skipped.push(`${fullName} (${status})`);
      }
    }
  }
  return counts;
}

/**
 * The JUnit report of pytest: one `testcase` each, with what went wrong inside it.
 * @param {string} xml
 * @returns {Counts}
 */
export function fromJUnit(xml) {
  const counts = none();
  for (const [, attributes, body = ''] of xml.matchAll(
    /<testcase\b((?:\s+[\w:]+="[^"]*")*)\s*(?:\/>|>([\s\S]*?)<\/testcase>)/g
  )) {
    const name = ` ${attributes}`.match(/\sname="([^"]*)"/)?.[1] ?? '?';
    if (/<(failure|error)\b/.test(body)) {
      counts.failed++;
    } else if (/<skipped\b/.test(body)) {
      const why = body.match(/message="([^"]*)"/)?.[1];
      counts.skipped.push(why ? `${name}: ${why}` : name);
    } else {
      counts.passed++;
    }
  }
  return counts;
}

/**
 * Join counts.
 * @param {Counts[]} all
 * @returns {Counts}
 */
export function sum(all) {
  return all.reduce(
    (a, b) => ({
      passed: a.passed + b.passed,
      failed: a.failed + b.failed,
      skipped: [...a.skipped, ...b.skipped]
    }),
    none()
  );
}
