import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');
const PYTHON = join(ROOT, '.venv', 'bin', 'python');
/** Of the server; kernels are of our environment in any case. */
const SERVER_PYTHON = process.env['RANKBOOK_JUPYTER_PYTHON'] ?? PYTHON;

/** A real Jupyter server on a free port, with folders of its own that end with it. */
export class Lab {
  /** @param app - `lab`, or `notebook` for Notebook 7. */
  static async start(app: 'lab' | 'notebook' = 'lab'): Promise<Lab> {
    const lab = new Lab(app);
    await lab.startServer();
    return lab;
  }

  private constructor(app: 'lab' | 'notebook') {
    this._app = app;
    this.folder = mkdtempSync(join(tmpdir(), 'browser-rankbook-'));
    mkdirSync(this.notebooks);
    const data = join(this.folder, 'path');
    mkdirSync(join(data, 'labextensions'), { recursive: true });
    mkdirSync(join(data, 'kernels', 'rankbook'), { recursive: true });
    symlinkSync(join(ROOT, 'rankbook', 'labextension'), join(data, 'labextensions', 'rankbook'));
    writeFileSync(
      join(data, 'kernels', 'rankbook', 'kernel.json'),
      JSON.stringify({
        argv: [PYTHON, '-m', 'rankbook', '{connection_file}'],
        display_name: 'Python (MPI ranks)',
        language: 'python',
        interrupt_mode: 'message',
        metadata: { debugger: true },
        env: { PYTHONPATH: ROOT }
      })
    );
    this.setTheme('JupyterLab Light');
  }

  readonly folder: string;

  /** The folder whose notebooks the server shows. */
  get notebooks(): string {
    return join(this.folder, 'notebooks');
  }

  /** Address of a notebook, in a window layout of its own. */
  url(path: string): string {
    const base = `http://127.0.0.1:${this._port}`;
    const workspace = path.replace(/\W/g, '-') + this._opened++;
    const page = this._app === 'lab' ? `lab/workspaces/${workspace}/tree` : 'notebooks';
    return `${base}/${page}/${path}?token=${this._token}`;
  }

  /** The theme of pages that are opened from now on. */
  setTheme(theme: 'JupyterLab Light' | 'JupyterLab Dark'): void {
    this.writeSettings('@jupyterlab/apputils-extension', 'themes', { theme });
    this.writeSettings('@jupyterlab/apputils-extension', 'notification', {
      fetchNews: 'false',
      checkForUpdates: false
    });
  }

  writeSettings(packageName: string, plugin: string, settings: object): void {
    const folder = join(this.folder, 'settings', packageName);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${plugin}.jupyterlab-settings`), JSON.stringify(settings));
  }

  /** Show pages that are opened from now on without our extension. */
  disableExtension(): void {
    const folder = join(this.folder, 'config', 'labconfig');
    mkdirSync(folder, { recursive: true });
    const config = { disabledExtensions: { rankbook: true } };
    writeFileSync(join(folder, 'page_config.json'), JSON.stringify(config));
  }

  writeNotebook(name: string, cells: INotebookCell[]): void {
    writeFileSync(join(this.notebooks, name), JSON.stringify(notebook(cells)));
  }

  /** Start the server, again on the same port where it ran before. */
  async startServer(): Promise<void> {
    if (this._port) {
      await this._startServer();
      return;
    }
    for (let tries = 3; ; tries--) {
      this._port = await freePort();
      try {
        await this._startServer();
        return;
      } catch (error) {
        // Whoever else opens ports on this machine may have had it by then.
        if (tries === 1 || !/port \d+ is (already in use|not available)/.test(this._log)) {
          throw error;
        }
      }
    }
  }

  /** What the server has said last. */
  get log(): string {
    return this._log;
  }

  /** Stop the server, and with it its kernels. */
  async stopServer(): Promise<void> {
    const server = this._server;
    this._server = null;
    if (!server || server.exitCode !== null) {
      return;
    }
    const ended = new Promise(done => server.once('exit', done));
    server.kill('SIGTERM');
    // It ends its kernels one by one, and none of them must be left.
    const timer = setTimeout(() => server.kill('SIGKILL'), 30_000);
    await ended;
    clearTimeout(timer);
  }

  async stop(): Promise<void> {
    await this.stopServer();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  private async _startServer(): Promise<void> {
    const server = spawn(
      SERVER_PYTHON,
      [
        ...['-m', this._app === 'lab' ? 'jupyterlab' : 'notebook'],
        ...['--no-browser', '--allow-root', '--expose-app-in-browser'],
        `--ServerApp.port=${this._port}`,
        '--ServerApp.port_retries=0',
        // As `unix_sockets` of the other tests says: a port may be another's by the time it is bound.
        '--KernelManager.transport=ipc',
        '--ServerApp.ip=127.0.0.1',
        `--ServerApp.root_dir=${this.notebooks}`,
        `--LabApp.user_settings_dir=${join(this.folder, 'settings')}`,
        `--LabApp.workspaces_dir=${join(this.folder, 'workspaces')}`,
        '--LabApp.news_url=',
        '--LabApp.extension_manager=readonly'
      ],
      {
        cwd: this.folder,
        env: {
          ...process.env,
          HOME: this.folder,
          JUPYTER_TOKEN: this._token,
          JUPYTER_PATH: join(this.folder, 'path'),
          JUPYTER_CONFIG_DIR: join(this.folder, 'config'),
          JUPYTER_DATA_DIR: join(this.folder, 'data'),
          JUPYTER_RUNTIME_DIR: join(this.folder, 'runtime'),
          IPYTHONDIR: join(this.folder, 'ipython'),
          JUPYTERLAB_SETTINGS_DIR: join(this.folder, 'settings')
        },
        stdio: ['ignore', 'ignore', 'pipe']
      }
    );
    this._server = server;
    this._log = '';
    server.stderr?.on('data', (chunk: Buffer) => {
      this._log = (this._log + chunk.toString()).slice(-20_000);
    });
    await this._answers(server);
  }

  private async _answers(server: ChildProcess): Promise<void> {
    const end = Date.now() + 60_000;
    while (Date.now() < end) {
      if (server.exitCode !== null) {
        break;
      }
      try {
        const answer = await fetch(`http://127.0.0.1:${this._port}/api?token=${this._token}`, {
          signal: AbortSignal.timeout(5000)
        });
        if (answer.ok) {
          return;
        }
      } catch {
        // It does not listen yet, or has no time to answer.
      }
      await new Promise(done => setTimeout(done, 200));
    }
    throw new Error(`The Jupyter server did not start:\n${this._log}`);
  }

  private _app: 'lab' | 'notebook';
  private _token = randomBytes(24).toString('hex');
  private _port = 0;
  private _opened = 0;
  private _server: ChildProcess | null = null;
  private _log = '';
}

export interface INotebookCell {
  source: string;
  type?: 'code' | 'markdown';
  outputs?: object[];
}

function notebook(cells: INotebookCell[]): object {
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {
      kernelspec: { name: 'rankbook', display_name: 'Python (MPI ranks)', language: 'python' },
      language_info: {
        name: 'python',
        codemirror_mode: { name: 'ipython', version: 3 },
        mimetype: 'text/x-python',
        file_extension: '.py'
      }
    },
    cells: cells.map((cell, index) => ({
      id: `cell-${index}`,
      cell_type: cell.type ?? 'code',
      metadata: {},
      source: cell.source,
      ...(cell.type === 'markdown'
        ? {}
        : { execution_count: cell.outputs ? index + 1 : null, outputs: cell.outputs ?? [] })
    }))
  };
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.close(() => done(port));
    });
  });
}
