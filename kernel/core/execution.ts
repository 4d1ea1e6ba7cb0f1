import { contentOf, metadataOf, originOf } from '../wire/codec.js';
import type { IOrigin, IWireMessage, Json } from '../wire/message.js';
import type { ICellPort } from '../runs/spec.js';
import type { Delegate } from '../delegate/delegate.js';
import type { Cells, CellOutcome, OurPlan } from './cells.js';
import { failureOf, RequestContext, type IOutlet } from './context.js';
import { ExecutionCounter } from './counter.js';
import type { InputBroker } from './input.js';
import { Lane } from './lane.js';
import { fromExtension, Plain, textOf } from './plain.js';

/** An execute request, with what we need of it. */
interface IExecution {
  message: IWireMessage;
  context: RequestContext;
  code: string;
  silent: boolean;
  storeHistory: boolean;
  userExpressions: Json;
  allowStdin: boolean;
  stopOnError: boolean;
  cellId?: string;
  /** By `performance.now()`. */
  arrived: number;
  /** Known when the cell is the next one. */
  plan: OurPlan | null;
  /** The delegate's: it has failed, and what waits is not to run. */
  failed: boolean;
}

const MAIN = '';

/**
 * Milliseconds within which the cells of a "run all" arrive. A cell with a mistake in its magic
 * fails before the next one is here.
 */
const BURST = 100;

export interface IExecutorParts {
  outlet: IOutlet;
  delegate: Delegate;
  cells: Cells;
  input: InputBroker;
}

/** Carries out execute requests of all subshells, both kinds of cells. */
export class Executor {
  readonly #parts: IExecutorParts;
  readonly #plain: Plain;
  readonly #counter = new ExecutionCounter();
  readonly #lanes = new Map<string, Lane<IExecution>>();
  /** Cells passed on to the delegate, by request. */
  readonly #forwarded = new Map<string, IExecution>();
  /** Cells of ours that are running, the last one started last. */
  readonly #running = new Set<RequestContext>();

  constructor(parts: IExecutorParts) {
    this.#parts = parts;
    this.#plain = new Plain(parts.delegate);
  }

  /** The cell of ours that has run for the shortest time, if one is running. */
  get running(): RequestContext | null {
    return [...this.#running].at(-1) ?? null;
  }

  push(message: IWireMessage): void {
    const subshell = message.header.subshell_id ?? MAIN;
    this.#lane(subshell).push(this.#parse(message));
  }

  /** The delegate has answered an execute request. */
  onReply(message: IWireMessage, requestId: string): void {
    const content = contentOf(message);
    if (content['status'] !== 'aborted') {
      this.#counter.onReply(content['execution_count']);
    }
    const cell = this.#forwarded.get(requestId);
    if (cell) {
      cell.failed = content['status'] === 'error' && cell.stopOnError && !cell.silent;
    }
  }

  /** A new delegate process says what the next number is. */
  setCount(next: number): void {
    this.#counter.set(next);
  }

  /** The delegate has died; its requests have been answered. */
  onDeath(): void {
    this.#counter.reset();
    this.#parts.cells.reset();
    this.#forwarded.clear();
    this.#lanes.forEach(lane => {
      lane.abort();
      lane.forget();
    });
  }

  #lane(subshell: string): Lane<IExecution> {
    let lane = this.#lanes.get(subshell);
    if (!lane) {
      lane = new Lane<IExecution>({
        isOurs: cell => this.#isOurs(cell),
        forward: cell => this.#forward(subshell, cell),
        run: cell => this.#run(subshell, cell),
        abort: cell => this.#abort(cell)
      });
      this.#lanes.set(subshell, lane);
    }
    return lane;
  }

  #parse(message: IWireMessage): IExecution {
    const content = contentOf(message);
    const silent = content['silent'] === true;
    const cellId = metadataOf(message)['cellId'];
    return {
      message,
      context: new RequestContext(this.#parts.outlet, 'shell', originOf(message)),
      code: typeof content['code'] === 'string' ? content['code'] : '',
      silent,
      storeHistory: !silent && content['store_history'] !== false,
      userExpressions: (content['user_expressions'] as Json | undefined) ?? {},
      allowStdin: content['allow_stdin'] === true,
      stopOnError: content['stop_on_error'] !== false,
      ...(typeof cellId === 'string' && { cellId }),
      arrived: performance.now(),
      plan: null,
      failed: false
    };
  }

  #isOurs(cell: IExecution): boolean {
    const plan = this.#parts.cells.plan(cell.code);
    cell.plan = plan.kind === 'delegate' ? null : plan;
    return cell.plan !== null;
  }

  #forward(subshell: string, cell: IExecution): void {
    this.#forwarded.set(cell.context.id, cell);
    this.#parts.delegate.forward('shell', cell.message, () => {
      this.#forwarded.delete(cell.context.id);
      if (cell.failed) {
        // The delegate aborts what it has queued itself, we what we have held back.
        this.#lane(subshell).abort();
      }
      this.#lane(subshell).settle(cell);
      this.#dropIfEmpty(subshell);
    });
  }

  async #run(subshell: string, cell: IExecution): Promise<void> {
    const { context } = cell;
    const metadata = { started: new Date().toISOString() };
    context.status('busy');
    this.#running.add(context);
    let failed = false;
    try {
      // Only while another subshell is at it may our number be wrong: then IPython gives it.
      const asked = cell.storeHistory && this.#parts.delegate.executing > 0;
      const count = asked
        ? await this.#book(subshell, cell.code, null)
        : cell.storeHistory
          ? this.#counter.take()
          : this.#counter.next;
      const outcome = await this.#carryOut(subshell, cell, count);
      failed = outcome.status === 'error' && cell.stopOnError && !cell.silent;
      const expressions =
        outcome.status === 'ok' ? await this.#plain.evaluate(subshell, cell.userExpressions) : {};
      if (failed) {
        // Cells that came in one burst with this one are to be aborted too.
        await burstEnd(cell.arrived);
      }
      const { payload, ...content } = outcome;
      context.reply(
        {
          ...content,
          execution_count: cell.storeHistory ? count : count - 1,
          user_expressions: expressions,
          payload: payload ?? []
        },
        { ...metadata, status: outcome.status }
      );
      if (cell.storeHistory && !asked) {
        void this.#book(subshell, cell.code, count, exitCode(cell, outcome));
      }
    } catch (error) {
      context.fail(failureOf(error), metadata);
    }
    this.#running.delete(context);
    context.status('idle');
    if (failed) {
      this.#lane(subshell).abort();
    }
    setImmediate(() => this.#dropIfEmpty(subshell));
  }

  async #carryOut(subshell: string, cell: IExecution, count: number): Promise<CellOutcome> {
    const port = this.#port(subshell, cell, count, await this.#plain.directory(subshell));
    port.publish('execute_input', { code: cell.code, execution_count: count });
    return this.#parts.cells.carryOut(cell.plan as OurPlan, port);
  }

  #port(subshell: string, cell: IExecution, executionCount: number, cwd: string): ICellPort {
    const { context, silent, allowStdin } = cell;
    return makePort(this.#parts.input, {
      ...(cell.cellId !== undefined && { cellId: cell.cellId }),
      executionCount,
      cwd,
      silent,
      allowStdin,
      origin: context.origin,
      publish: (msgType, content, metadata) => context.publish(msgType, content, metadata),
      environment: once(() => this.#plain.environment(subshell)),
      plainName: name => this.#plain.name(subshell, name)
    });
  }

  /**
   * Let IPython store the cell in its history, under this number or its own next one.
   *
   * @returns the number
   */
  async #book(
    subshell: string,
    code: string,
    count: number | null,
    exit: number | null = null
  ): Promise<number> {
    const call = `book(${JSON.stringify(code)}, ${count ?? 'None'}, ${exit ?? 'None'})`;
    const { n } = await this.#plain.evaluate(subshell, { n: fromExtension(call) });
    const booked = Number(textOf(n));
    if (!Number.isInteger(booked)) {
      return count ?? this.#counter.take();
    }
    if (count === null) {
      this.#counter.set(booked + 1);
    }
    return booked;
  }

  /** As ipykernel's `_send_abort_reply`. */
  #abort(cell: IExecution): void {
    cell.context.status('busy');
    cell.context.reply(
      { status: 'aborted' },
      { started: new Date().toISOString(), status: 'aborted' }
    );
    cell.context.status('idle');
  }

  #dropIfEmpty(subshell: string): void {
    if (this.#lanes.get(subshell)?.empty) {
      this.#lanes.delete(subshell);
    }
  }
}

interface IPortSource extends Omit<ICellPort, 'input'> {
  origin: IOrigin;
}

/** The cell as a run sees it: a silent one publishes nothing. */
export function makePort(broker: InputBroker, source: IPortSource): ICellPort {
  const { origin, ...port } = source;
  return {
    ...port,
    publish: (msgType, content, metadata) => {
      if (!port.silent) {
        port.publish(msgType, content, metadata);
      }
    },
    input: (prompt, password, signal) => {
      if (!port.allowStdin) {
        return Promise.reject(new Error('This front end does not support input requests.'));
      }
      return broker.ask(origin, prompt, password, signal);
    }
  };
}

/** What IPython would keep as `_exit_code`: of a cell that is a shell line. */
function exitCode({ code, plan }: IExecution, { status }: CellOutcome): number | null {
  return plan?.kind === 'run' && code.trimStart().startsWith('!') ? Number(status !== 'ok') : null;
}

/** Asked several times, the answer of the first time. */
function once<Value>(ask: () => Promise<Value>): () => Promise<Value> {
  let asked: Promise<Value> | null = null;
  return () => (asked ??= ask());
}

/** When cells that a client sent right after one that arrived then have been read. */
function burstEnd(arrived: number): Promise<void> {
  return new Promise(resolve => {
    setTimeout(resolve, Math.max(0, BURST - (performance.now() - arrived)));
  });
}
