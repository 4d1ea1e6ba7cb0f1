/**
 * The main job: set up, run the quickstart notebook on ranks and print what each rank said, then
 * open JupyterLab on it.
 *
 *     npm start [-- --no-lab] [-- NOTEBOOK]
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { python, venvEnvironment } from './python-env.mjs';
import { setup } from './setup.mjs';
import { main, root, run, say } from './shell.mjs';

await main(async () => {
  const args = process.argv.slice(2);
  const notebook = args.find(arg => !arg.startsWith('-')) ?? 'examples/quickstart.ipynb';
  await setup();
  say(`running ${notebook}`);
  const env = venvEnvironment();
  run(python, [join('scripts', 'run_notebook.py'), notebook], { env, stdio: 'inherit' });
  return args.includes('--no-lab') ? 0 : openLab(notebook, env);
});

/** JupyterLab on the notebook, until the person ends it. Returns its exit code. */
function openLab(notebook, env) {
  // As the default address, so that the one that JupyterLab prints leads to the notebook too.
  const args = ['-m', 'jupyterlab', `--LabApp.default_url=/lab/tree/${notebook}`];
  if (process.getuid?.() === 0) {
    args.push('--allow-root');
  }
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
    args.push('--no-browser');
    say('no display here: open the address that JupyterLab prints in a browser');
  }
  const lab = spawn(python, args, { cwd: root, env, stdio: 'inherit' });
  // Ctrl+C reaches JupyterLab too, which asks whether to stop: leave the decision to it.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => lab.kill('SIGTERM'));
  return new Promise(done => lab.on('exit', code => done(code ?? 1)));
}
