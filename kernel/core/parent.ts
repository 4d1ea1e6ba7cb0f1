/** Milliseconds between two looks; ipykernel's. */
const PERIOD = 1000;

/**
 * Call `gone` once the process that has started the kernel is no more: nobody can reach the
 * kernel then. That process names itself in `JPY_PARENT_PID`, unless the kernel is to outlive it
 * (`independent` of jupyter_client's launcher; see ipykernel/parentpoller.py).
 */
export function watchParent(env: { [name: string]: string | undefined }, gone: () => void): void {
  const parent = Number(env['JPY_PARENT_PID']);
  if (process.platform === 'win32' || process.ppid !== parent) {
    return;
  }
  const timer = setInterval(() => {
    if (process.ppid !== parent) {
      clearInterval(timer);
      gone();
    }
  }, PERIOD);
  timer.unref();
}
