/**
 * All the tests: set up, run the parts one after another, and say how many passed and failed.
 *
 *     npm test                    everything
 *     npm test -- unit python     these parts only
 *     npm test -- --list          the names of the parts
 *
 * A part that crashes, takes too long or runs no test counts as failed; so do processes that
 * outlive the tests. The last line is `N passed, N failed`.
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from './chromium.mjs';
import { venvEnvironment } from './python-env.mjs';
import { setup } from './setup.mjs';
import { SetupError, main, root, say } from './shell.mjs';
import { none, sum } from './tests/counts.mjs';
import { canLook, endLeftovers, marker } from './tests/leftovers.mjs';
import { allParts, forgottenFolders, onRequest } from './tests/parts.mjs';

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

/** Run the chosen parts. Each result: name, counts, seconds, and what went wrong outside a test. */
async function runParts(parts, chosen) {
  const id = randomUUID();
  const results = [];
  const env = { ...venvEnvironment(), [marker]: id };
  if (!process.stdout.isTTY) {
    env.NO_COLOR = '1';
  }
  try {
    setup();
    if (chosen.includes('browser')) {
      env.RANKBOOK_CHROMIUM = await chromium();
    }
  } catch (error) {
    return [failure('set-up', error.message)];
  }
  for (const name of chosen) {
    for (const step of parts[name]) {
      results.push(await runStep(step, env));
    }
  }
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

async function runStep(step, env) {
  say(`— ${step.name}`);
  const start = Date.now();
  const trouble = await finish(step, env);
  const seconds = (Date.now() - start) / 1000;
  const counts = countsOf(step, trouble);
  if (trouble !== undefined && counts.failed === 0) {
    counts.failed = 1;
  } else if (counts.passed + counts.failed === 0) {
    return { ...failure(step.name, 'ran no test'), seconds };
  }
  return { name: step.name, counts, seconds, trouble };
}

function countsOf(step, trouble) {
  if (step.report === undefined) {
    return trouble === undefined ? { ...none(), passed: 1 } : { ...none(), failed: 1 };
  }
  return existsSync(step.report.path)
    ? step.report.read(readFileSync(step.report.path, 'utf8'))
    : none();
}

/** Run to the end, in a process group of its own. What went wrong, or `undefined`. */
function finish({ file, args, minutes }, env) {
  return new Promise(done => {
    const child = spawn(file, args, {
      cwd: root,
      env,
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: true
    });
    let late = false;
    const signal = name => {
      try {
        process.kill(-child.pid, name);
      } catch {
        // The group has ended.
      }
    };
    const timer = setTimeout(() => {
      late = true;
      signal('SIGKILL');
    }, minutes * 60_000);
    const stop = () => {
      signal('SIGTERM');
      process.exit(130);
    };
    process.once('SIGINT', stop).once('SIGTERM', stop);
    const end = trouble => {
      clearTimeout(timer);
      process.off('SIGINT', stop).off('SIGTERM', stop);
      done(trouble);
    };
    child.on('error', error => end(`did not start: ${error.message}`));
    child.on('exit', (code, killed) => {
      if (late) {
        end(`not done after ${minutes} minutes`);
      } else {
        end(code === 0 ? undefined : killed ? `killed by ${killed}` : `exit code ${code}`);
      }
    });
  });
}

function failure(name, trouble) {
  return { name, counts: { ...none(), failed: 1 }, seconds: 0, trouble };
}

/** Print the table, the parts left out, and the closing line. Returns the exit code. */
function report(results, leftOut) {
  const width = Math.max(...results.map(result => result.name.length));
  console.log('');
  for (const { name, counts, seconds, trouble } of results) {
    const { passed, failed, skipped } = counts;
    const line = [
      name.padEnd(width),
      `${passed} passed`.padStart(12),
      `${failed} failed`.padStart(11),
      `${seconds.toFixed(1)} s`.padStart(9)
    ];
    console.log(line.join('') + (trouble ? `   ${trouble}` : ''));
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
