/**
 * Processes that outlived the tests. Each process that a test starts inherits a variable with the
 * id of this test run; who still has it at the end was left behind.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Name of the variable that marks the processes of one test run. */
export const marker = 'RANKBOOK_TEST_RUN';

/**
 * Wait a little for the marked processes to go, then end those that are still there.
 * @param {string} id  Value of the marker.
 * @param {number} grace  Milliseconds to wait.
 * @returns {Promise<string[]>} A line for each process that had to be ended: its id and command.
 */
export async function endLeftovers(id, grace = 5000) {
  const until = Date.now() + grace;
  let left = marked(id);
  while (left.length > 0 && Date.now() < until) {
    await sleep(200);
    left = marked(id);
  }
  const lines = left.map(pid => `${pid} ${commandOf(pid)}`);
  for (const pid of left) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It went by itself in the meantime.
    }
  }
  return lines;
}

/** Whether this system lets us look (Linux's /proc). */
export function canLook() {
  return process.platform === 'linux';
}

function marked(id) {
  const entry = `${marker}=${id}`;
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter(pid => readProc(pid, 'environ').split('\0').includes(entry))
    .map(Number);
}

function commandOf(pid) {
  return readProc(pid, 'cmdline').replaceAll('\0', ' ').trim().slice(0, 150);
}

function readProc(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    // Ended, or another user's.
    return '';
  }
}
