import { contentOf, toJson } from '../wire/codec.js';
import type { IHeader, IOrigin, IWireMessage } from '../wire/message.js';
import type { CallbackServer } from '../delegate/callback.js';
import type { Cells } from './cells.js';
import { publish, type IOutlet } from './context.js';
import { makePort } from './execution.js';
import type { InputBroker } from './input.js';
import type { IRunner } from './runner.js';

/** Type of the message on the delegate's IOPub with which a call begins. */
export const CALL_MESSAGE = 'rankbook_call';

/** Its content; rankbook/delegate.py writes it. */
interface ICall {
  id: string;
  /** `%mpirun`, `%%mpirun`, ..., as written; `!`: a shell line, which may be refused. */
  magic: string;
  line: string;
  body: string | null;
  execution_count: number;
  cwd: string;
  environment: { [name: string]: string };
  allow_stdin: boolean;
  /** Its Python keeps displays for itself, as below %%capture: they are its own to show. */
  captured: boolean;
  cell_id: string | null;
}

export interface ICallParts {
  outlet: IOutlet;
  callbacks: CallbackServer;
  cells: Cells;
  runner: IRunner;
  input: InputBroker;
  /** Identities of the client whose request this is. */
  clientOf(requestId: string): Buffer[];
}

/** A display in its last form, or text. */
type Shown = { data: object; metadata: object } | { text: string };

/** What a run publishes where nobody is to see it yet. */
class Captured {
  readonly #shown = new Map<unknown, Shown>();

  get shown(): Shown[] {
    return [...this.#shown.values()];
  }

  add(msgType: string, content: object): void {
    if (msgType === 'stream') {
      this.#shown.set(content, { text: (content as { text: string }).text });
    } else if (/^(?:update_)?display_data$/.test(msgType)) {
      const { data, metadata, transient } = content as {
        data: object;
        metadata: object;
        transient?: { display_id?: string };
      };
      this.#shown.set(transient?.display_id ?? content, { data, metadata });
    }
  }
}

/** Magics of ours within the delegate's Python: run them in the name of its cell. */
export class DelegateCalls {
  readonly #parts: ICallParts;
  #active = 0;

  constructor(parts: ICallParts) {
    this.#parts = parts;
  }

  /** A cell of the delegate's waits for one: it ends when its run does. */
  get active(): boolean {
    return this.#active > 0;
  }

  async onCall(message: IWireMessage): Promise<void> {
    const call = contentOf(message) as unknown as ICall;
    const handle = this.#parts.callbacks.call(call.id);
    if (!handle) {
      return;
    }
    const plan = this.#parts.cells.planCall(call.magic, call.line, call.body);
    if (plan.kind === 'delegate') {
      handle.answer({ status: 'refused' });
      return;
    }
    if (plan.kind === 'help') {
      handle.answer({ status: 'ok', page: plan.text });
      return;
    }
    if (plan.kind === 'run') {
      handle.onInterrupt = () => void this.#parts.runner.interrupt();
    }
    const origin = this.#originOf(message);
    const captured = new Captured();
    const port = makePort(this.#parts.input, {
      ...(call.cell_id !== null && { cellId: call.cell_id }),
      executionCount: call.execution_count,
      cwd: call.cwd,
      environment: () => Promise.resolve(call.environment),
      silent: false,
      allowStdin: call.allow_stdin && origin.ids.length > 0,
      origin,
      publish: (msgType, content, metadata) => {
        // The magic raises it, and Python may catch it.
        if (call.captured) {
          captured.add(msgType, content);
        } else if (msgType !== 'error') {
          publish(this.#parts.outlet, msgType, content, origin, metadata);
        }
      }
    });
    this.#active++;
    const outcome = await this.#parts.cells.carryOut(plan, port);
    this.#active--;
    handle.onInterrupt = () => undefined;
    handle.answer({ ...outcome, shown: captured.shown });
  }

  /** The request in which the delegate is: its header stands in the parent of the call. */
  #originOf(message: IWireMessage): IOrigin {
    const headerBytes = message.parts[1];
    const header = toJson(headerBytes) as unknown as IHeader;
    return { ids: this.#parts.clientOf(header.msg_id), header, headerBytes };
  }
}
