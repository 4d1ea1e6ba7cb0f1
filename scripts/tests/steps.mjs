/** One step of the tests: a command that runs to its end, and what is known of it afterwards. */
import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root, say } from '../shell.mjs';
import { none } from './counts.mjs';

/**
 * Name, counts, seconds, and what went wrong outside of a test.
 * @typedef {object} Result
 * @property {string} name
 * @property {import('./counts.mjs').Counts} counts
 * @property {number} seconds
 * @property {string} [trouble]
 */

/**
 * A result that says only that something is wrong.
 * @returns {Result}
 */
export function failure(name, trouble) {
  return { name, counts: { ...none(), failed: 1 }, seconds: 0, trouble };
}

/**
 * Run a step.
 * @param {import('./parts.mjs').Step} step
 * @param {object} env       Environment variables.
 * @param {string} [folder]  Where its output is kept until its end, to be shown in one piece;
 *   without it, it is shown at once.
 * @returns {Promise<Result>}
 */
export async function runStep(step, env, folder) {
  const start = Date.now();
  let trouble;
  if (folder === undefined) {
    say(`— ${step.name}`);
    trouble = await finish(step, env, 'inherit');
  } else {
    trouble = await finishThenShow(step, env, folder);
  }
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

async function finishThenShow(step, env, folder) {
  // A file, which unlike a pipe does not care who has it open in the end.
  const path = join(folder, `${step.name.replaceAll(/\W+/g, '-')}.log`);
  const file = openSync(path, 'w');
  const show = () => {
    say(`— ${step.name}`);
    process.stdout.write(readFileSync(path));
    rmSync(path);
  };
  try {
    return await finish(step, env, file, show);
  } finally {
    closeSync(file);
    show();
  }
}

/**
 * Run to the end, in a process group of its own. What went wrong, or `undefined`.
 * `onStop`: called before all is stopped by a signal.
 */
function finish({ file, args, minutes }, env, output, onStop = () => {}) {
  return new Promise(done => {
    const child = spawn(file, args, {
      cwd: root,
      env,
      stdio: ['ignore', output, output],
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
      onStop();
      // After the listeners of the other steps that are running.
      setImmediate(() => process.exit(130));
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
