/**
 * All the tests: set up, run the parts, two at a time, and say how many passed and failed.
 *
 *     npm test                    everything
 *     npm test -- unit python     these parts only
 *     npm test -- --list          the names of the parts
 *
 * A part that crashes, takes too long or runs no test counts as failed; so do processes that
 * outlive the tests. The last line is `N passed, N failed`.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from './chromium.mjs';
import { venvEnvironment } from './python-env.mjs';
import { setup } from './setup.mjs';
import { SetupError, main, say } from './shell.mjs';
import { none, sum } from './tests/counts.mjs';
import { inLanes } from './tests/lanes.mjs';
import { canLook, endLeftovers, marker } from './tests/leftovers.mjs';
import { allParts, forgottenFolders, longestFirst, onRequest } from './tests/parts.mjs';
import { failure, runStep } from './tests/steps.mjs';

/** Parts that run at the same time: while one waits for ranks or for a page, another computes. */
const LANES = 2;

const reports = mkdtempSync(join(tmpdir(), 'rankbook_tests_'));
process.on('exit', () => rmSync(reports, { recursive: true, force: true }));

await main(async () => {
  const parts = allParts(reports);
  const names = process.argv.slice(2);
  if (names.includes('--list')) {
    console.log(Object.keys(parts).join('\n'));
    return 0;
  }
  const unknown = names.filter(name => !Object.hasOwn(parts, name));
  if (unknown.length > 0) {
    throw new SetupError(
      `there is no part ${unknown.join(', ')}. Parts: ${Object.keys(parts).join(', ')}`
    );
  }
  const usual = Object.keys(parts).filter(name => !onRequest.includes(name));
  const results = await runParts(parts, names.length > 0 ? names : usual);
  return report(results, names.length > 0 ? [] : onRequest);
});

/**
 * Run the chosen parts, the longest first where several run at the same time.
 * @returns {Promise<import('./tests/steps.mjs').Result[]>}
 */
async function runParts(parts, chosen) {
  const id = randomUUID();
  const env = { ...venvEnvironment(), [marker]: id };
  if (!process.stdout.isTTY) {
    env.NO_COLOR = '1';
  }
  try {
    await setup();
    if (chosen.includes('browser')) {
      env.RANKBOOK_CHROMIUM = await chromium();
    }
  } catch (error) {
    return [failure('set-up', error.message)];
  }
  const lanes = Math.min(chosen.length, availableParallelism(), LANES);
  const output = lanes > 1 ? reports : undefined;
  const done = {};
  await inLanes(lanes, longestFirst(chosen), async name => {
    done[name] = [];
    for (const step of parts[name]) {
      done[name].push(await runStep(step, env, output));
    }
  });
  const results = chosen.flatMap(name => done[name]);
  results.push(...forgottenFolders().map(name => failure(`tests/${name}`, 'no part runs it')));
  if (canLook()) {
    const left = await endLeftovers(id);
    results.push(
      left.length === 0
        ? { name: 'no process left', counts: { ...none(), passed: 1 }, seconds: 0 }
        : failure('no process left', `still there: ${left.join('; ')}`)
    );
  } else {
    say('processes left behind are looked for on Linux only');
  }
  return results;
}

/** Print the table, the parts left out, and the closing line. Returns the exit code. */
function report(results, leftOut) {
  const width = Math.max(...results.map(result => result.name.length));
  console.log('');
  for (const { name, counts, seconds, trouble } of results) {
    const { passed, failed, failures, skipped } = counts;
    const line = [
      name.padEnd(width),
      `${passed} passed`.padStart(12),
      `${failed} failed`.padStart(11),
      `${seconds.toFixed(1)} s`.padStart(9)
    ];
    console.log(line.join('') + (trouble ? `   ${trouble}` : ''));
    for (const test of failures) {
      console.log(`    failed: ${test}`);
    }
    for (const test of skipped) {
      console.log(`    not run: ${test}`);
    }
  }
  for (const name of leftOut) {
    console.log(`not run, for its length: ${name} (npm test -- ${name})`);
  }
  const { passed, failed } = sum(results.map(result => result.counts));
  console.log(`\n${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}
