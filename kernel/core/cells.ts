import { parseCell, parseMagicCall, parseShellCall, type CellPlan } from '../magics/index.js';
import type { ICellPort, IRunSpec, RunOutcome } from '../runs/spec.js';
import { failureOf, type IFailure } from './context.js';
import { mistakeFailure } from './mistake.js';
import { missingProgram } from './programFile.js';
import type { IRunner } from './runner.js';
import { writeCellFile } from './writefile.js';

/** How a cell of ours ended; `payload`: for the front end, as in execute_reply. */
export type CellOutcome = RunOutcome & { payload?: object[] };

export type OurPlan = Exclude<CellPlan, { kind: 'delegate' }>;

/** Which cells are ours, and what they do, wherever they come from. */
export class Cells {
  readonly #runner: IRunner;
  /** Options of the `%autompirun` in force. */
  #auto: string | null = null;

  constructor(runner: IRunner) {
    this.#runner = runner;
  }

  /** True while plain cells run on ranks. */
  get automatic(): boolean {
    return this.#auto !== null;
  }

  plan(source: string): CellPlan {
    return parseCell(source, this.#auto);
  }

  /** Of a magic or a shell line met by the delegate within its own Python. */
  planCall(magic: string, line: string, body: string | null): CellPlan {
    return magic === '!' ? parseShellCall(line) : parseMagicCall(magic, line, body);
  }

  /** IPython has started anew: plain cells are plain again. */
  reset(): void {
    this.#auto = null;
  }

  /** Never rejects. */
  async carryOut(plan: OurPlan, cell: ICellPort): Promise<CellOutcome> {
    try {
      return await this.#carryOut(plan, cell);
    } catch (error) {
      return failed(cell, failureOf(error));
    }
  }

  async #carryOut(plan: OurPlan, cell: ICellPort): Promise<CellOutcome> {
    switch (plan.kind) {
      case 'run':
        return this.#run(plan.spec, cell);
      case 'world':
        return this.#runner.worldCommand(plan, cell);
      case 'auto':
        this.#auto = plan.options;
        print(cell, automaticText(plan.options));
        return { status: 'ok' };
      case 'writefile':
        print(cell, writeCellFile(plan, cell.cwd));
        return { status: 'ok' };
      case 'help':
        return {
          status: 'ok',
          payload: [{ source: 'page', data: { 'text/plain': plan.text }, start: 0 }]
        };
      case 'mistake':
        return failed(cell, mistakeFailure(plan.mistake));
    }
  }

  async #run(spec: IRunSpec, cell: ICellPort): Promise<CellOutcome> {
    const { work, world } = spec;
    if (work.kind === 'program') {
      const env = { ...process.env, ...(await cell.environment?.()), ...world.env };
      const missing = missingProgram(work, cell.cwd, env['PATH']);
      if (missing !== null) {
        return failed(cell, {
          ename: 'FileNotFoundError',
          evalue: missing,
          traceback: [`${spec.command}: ${missing}`]
        });
      }
    }
    return this.#runner.run(spec, cell);
  }
}

function automaticText(options: string | null): string {
  return options === null
    ? 'Plain cells run in the notebook again.\n'
    : `Plain cells now run on ranks, as if they began with ${`%%mpirun ${options}`.trimEnd()}. ` +
        '%autompirun off ends this.\n';
}

function print(cell: ICellPort, text: string): void {
  cell.publish('stream', { name: 'stdout', text });
}

function failed(cell: ICellPort, failure: IFailure): CellOutcome {
  cell.publish('error', failure);
  return { status: 'error', ...failure };
}
