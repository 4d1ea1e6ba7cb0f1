/**
 * The Python environment in `.venv`: made with whatever the machine has for that, filled from
 * `requirements-dev.txt`, with Rankbook itself linked in, so that edits take effect at once.
 *
 *     node scripts/python-env.mjs
 */
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  SetupError,
  aptInstall,
  capture,
  main,
  mayInstallPackages,
  root,
  run,
  say,
  which
} from './shell.mjs';

const venv = join(root, '.venv');
const requirements = join(root, 'requirements-dev.txt');

/** The interpreter of the environment. */
export const python = join(venv, 'bin', 'python');

/** Environment variables with which programs of `.venv` (mpiexec, jupyter, ruff) are found first. */
export function venvEnvironment() {
  const { PYTHONHOME: _home, PYTHONPATH: _path, ...rest } = process.env;
  return { ...rest, VIRTUAL_ENV: venv, PATH: `${join(venv, 'bin')}:${process.env.PATH}` };
}

/** Bring `.venv` to what `requirements-dev.txt` says and link the project into it. */
function preparePython() {
  if (capture(python, ['-c', 'import sys']) === undefined) {
    createVenv();
  }
  const missing = checkVenv('requirements', requirements);
  if (missing !== '') {
    say(`installing the Python packages (${missing})`);
    pip('install', '-q', '-r', requirements);
  }
  const unlinked = checkVenv('project', root);
  if (unlinked !== '') {
    say(`linking Rankbook into .venv (${unlinked})`);
    pip('install', '-q', '--no-deps', '--no-build-isolation', '--editable', root);
  }
  linkSharedData('kernels', 'rankbook/kernelspec');
  linkSharedData('labextensions', 'rankbook/labextension');
  keepPackageTypeOut();
}

/** What is missing of `subject`, in words, or an empty string. */
function checkVenv(subject, path) {
  const script = join(root, 'scripts', 'check_venv.py');
  const missing = capture(python, [script, subject, path]);
  if (missing === undefined) {
    throw new SetupError(`${python} does not work. Remove the folder .venv and try again.`);
  }
  return missing;
}

/**
 * Where Jupyter looks in an environment stands a link to our folder. (An editable wheel could
 * only hold a copy, which would not follow a new build.)
 */
function linkSharedData(kind, folder) {
  const link = join(venv, 'share', 'jupyter', kind, 'rankbook');
  const target = relative(dirname(link), join(root, folder));
  const found = lstatSync(link, { throwIfNoEntry: false });
  if (found?.isSymbolicLink() && readlinkSync(link) === target) {
    return;
  }
  rmSync(link, { recursive: true, force: true });
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(target, link);
}

/**
 * JupyterLab runs scripts of its own with Node, from inside the environment. They are CommonJS:
 * without a `package.json` there, Node takes the `type` of ours.
 */
function keepPackageTypeOut() {
  const file = join(venv, 'package.json');
  if (!existsSync(file)) {
    writeFileSync(file, '{}\n');
  }
}

function createVenv() {
  const base = findPython();
  say(`making a Python environment in .venv with ${base}`);
  const quiet = { stdio: 'ignore' };
  const attempts = [
    () => run(base, ['-m', 'venv', venv], quiet),
    () => run('uv', ['venv', '-q', '--seed', '--python', base, venv], quiet),
    () => run(base, ['-m', 'virtualenv', '-q', venv], quiet),
    // Debian without python3-venv, with pip: an environment without pip, which that pip fills.
    () => {
      run(base, ['-m', 'pip', '--version'], quiet);
      run(base, ['-m', 'venv', '--without-pip', venv], quiet);
      run(base, ['-m', 'pip', '--python', python, 'install', '-q', 'pip'], quiet);
    },
    () => {
      if (!mayInstallPackages()) {
        throw new SetupError('not root, or no apt-get');
      }
      aptInstall('python3-venv');
      run(base, ['-m', 'venv', venv]);
    }
  ];
  for (const attempt of attempts) {
    rmSync(venv, { recursive: true, force: true });
    try {
      attempt();
      pip('--version', quiet);
      return;
    } catch (error) {
      if (!(error instanceof SetupError)) {
        throw error;
      }
    }
  }
  rmSync(venv, { recursive: true, force: true });
  throw new SetupError(
    `${base} can not make a virtual environment. Install one of: the package python3-venv ` +
      '(`sudo apt-get install python3-venv`), pip, virtualenv or uv. Then run the command again.'
  );
}

/** A Python of at least 3.10: `PYTHON`, or the first on PATH, by name. */
function findPython() {
  const named = process.env.PYTHON;
  const names = named
    ? [named]
    : ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10'];
  const seen = [];
  for (const name of names) {
    const file = existsSync(name) ? name : which(name);
    const version =
      file && capture(file, ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])']);
    if (version && Number(version.split('.')[1]) >= 10) {
      return file;
    }
    if (version) {
      seen.push(`${file} is ${version}`);
    }
  }
  if (seen.length === 0 && mayInstallPackages()) {
    aptInstall('python3', 'python3-venv');
    return findPython();
  }
  throw new SetupError(
    `Python 3.10 or newer is needed (${seen.join(', ') || 'none found'}). ` +
      'Install it, or name one with PYTHON=/path/to/python3.'
  );
}

function pip(...args) {
  const options = typeof args.at(-1) === 'object' ? args.pop() : {};
  run(python, ['-m', 'pip', '--disable-pip-version-check', ...args], options);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(preparePython);
}
