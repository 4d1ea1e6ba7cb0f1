/**
 * The benchmarks: set up, then `python -m bench`, which prints ours / peer / ratio.
 *
 *     npm run bench [-- NAME ...] [-- --list]
 */
import { python, venvEnvironment } from './python-env.mjs';
import { setup } from './setup.mjs';
import { main, run } from './shell.mjs';

await main(async () => {
  await setup();
  run(python, ['-m', 'bench', ...process.argv.slice(2)], {
    env: venvEnvironment(),
    stdio: 'inherit'
  });
});
