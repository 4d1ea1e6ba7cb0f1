/**
 * How many tests passed and failed, read from what a test tool wrote. Pure: text in, counts out.
 *
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 * @property {string[]} failures  Name and first line of what went wrong of those that are known.
 * @property {string[]} skipped   Name and reason.
 */

/** @returns {Counts} */
export const none = () => ({ passed: 0, failed: 0, failures: [], skipped: [] });

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
      counts.failures.push(named(file.name, file.message));
    }
    for (const { status, fullName, failureMessages } of file.assertionResults) {
      if (status === 'passed') {
        counts.passed++;
      } else if (status === 'failed') {
        counts.failed++;
        counts.failures.push(named(fullName, failureMessages?.[0]));
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
    const wrong = body.match(/<(?:failure|error)\b(?:[^>]*?\smessage="([^"]*)")?/);
    if (wrong) {
      counts.failed++;
      counts.failures.push(named(name, wrong[1]?.split('&#10;')[0]));
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
      failures: [...a.failures, ...b.failures],
      skipped: [...a.skipped, ...b.skipped]
    }),
    none()
  );
}

function named(name, message) {
  const first = message?.split('\n')[0].slice(0, 300);
  return first ? `${name}: ${first}` : name;
}
