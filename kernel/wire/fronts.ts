import { Reply, Router, XPublisher } from 'zeromq';
import { CodecError, decode } from './codec.js';
import type { IConnection } from './connection.js';
import type { Frames, IWireMessage } from './message.js';
import type { Session } from './session.js';
import { SendQueue } from './socket.js';

/** Channels on which clients send requests. */
export type RequestChannel = 'shell' | 'control' | 'stdin';

const REQUEST_CHANNELS: readonly RequestChannel[] = ['shell', 'control', 'stdin'];

/** How long libzmq may go on sending after we close, milliseconds. */
const LINGER = 1000;

export interface IFrontHandlers {
  /**
   * A message of a client, signature checked. The next one of that channel is read only when
   * the promise has resolved: back-pressure reaches the client.
   */
  onMessage(channel: RequestChannel, message: IWireMessage): Promise<void> | void;
  /** IOPub has this many subscriptions now. */
  onSubscribers(count: number): void;
  log: (text: string) => void;
}

/**
 * The five channels towards Jupyter, bound as the connection file says. Messages with a bad
 * signature are dropped and logged, never answered.
 */
export class Fronts {
  readonly #connection: IConnection;
  readonly #session: Session;
  readonly #handlers: IFrontHandlers;
  readonly #routers: { readonly [channel in RequestChannel]: Router };
  readonly #queues: { readonly [channel in RequestChannel]: SendQueue };
  readonly #iopub: XPublisher;
  readonly #iopubQueue: SendQueue;
  readonly #heartbeat: Reply;
  #subscribers = 0;

  constructor(connection: IConnection, session: Session, handlers: IFrontHandlers) {
    this.#connection = connection;
    this.#session = session;
    this.#handlers = handlers;
    const curve = connection.curve && {
      curveServer: true,
      curvePublicKey: connection.curve.publicKey,
      curveSecretKey: connection.curve.secretKey
    };
    // Clients keep their identity when they reconnect: the new connection takes it over.
    const router = (): Router => new Router({ handover: true, linger: LINGER, ...curve });
    this.#routers = { shell: router(), control: router(), stdin: router() };
    this.#iopub = new XPublisher({
      verbosity: 'allSubsUnsubs',
      // The default drops messages of a client that is slow, an `idle` among them.
      sendHighWaterMark: 0,
      linger: LINGER,
      ...curve
    });
    this.#heartbeat = new Reply({ linger: 0, ...curve });
    const queue = (socket: Router | XPublisher, name: string): SendQueue =>
      new SendQueue(socket, error => handlers.log(`${name}: can not send: ${error.message}`));
    this.#queues = {
      shell: queue(this.#routers.shell, 'shell'),
      control: queue(this.#routers.control, 'control'),
      stdin: queue(this.#routers.stdin, 'stdin')
    };
    this.#iopubQueue = queue(this.#iopub, 'iopub');
  }

  async bind(): Promise<void> {
    const { endpoints } = this.#connection;
    await this.#iopub.bind(endpoints.iopub);
    await this.#heartbeat.bind(endpoints.hb);
    await Promise.all(
      REQUEST_CHANNELS.map(channel => this.#routers[channel].bind(endpoints[channel]))
    );
    void this.#welcomeSubscribers();
    void this.#beat();
    REQUEST_CHANNELS.forEach(channel => void this.#receive(channel));
  }

  send(channel: RequestChannel, frames: Frames): void {
    this.#queues[channel].send(frames);
  }

  publish(frames: Frames): void {
    this.#iopubQueue.send(frames);
  }

  /** Resolves when at most `bytes` wait to be published. */
  publishedBelow(bytes: number): Promise<void> {
    return this.#iopubQueue.below(bytes);
  }

  /** Hand over to libzmq all that waits, then close. libzmq may linger for a second. */
  async close(): Promise<void> {
    await Promise.all([
      this.#iopubQueue.below(0),
      ...REQUEST_CHANNELS.map(channel => this.#queues[channel].below(0))
    ]);
    REQUEST_CHANNELS.forEach(channel => this.#routers[channel].close());
    this.#iopub.close();
    this.#heartbeat.close();
  }

  async #receive(channel: RequestChannel): Promise<void> {
    for await (const frames of this.#routers[channel]) {
      const message = this.#checked(channel, frames);
      if (message) {
        await this.#handlers.onMessage(channel, message);
      }
    }
  }

  #checked(channel: RequestChannel, frames: Frames): IWireMessage | null {
    try {
      const message = decode(frames);
      if (this.#session.signer.verify(message.signature, message.parts)) {
        return message;
      }
      this.#handlers.log(`${channel}: dropped a message with a bad signature`);
    } catch (error) {
      if (!(error instanceof CodecError)) {
        throw error;
      }
      this.#handlers.log(`${channel}: dropped frames that are no message: ${error.message}`);
    }
    return null;
  }

  /**
   * Source: JEP 65. Each subscription is answered with `iopub_welcome`, on its own topic, so
   * that the client knows that from now on it misses nothing.
   */
  async #welcomeSubscribers(): Promise<void> {
    for await (const [event] of this.#iopub) {
      const subscribed = event?.[0] === 1;
      this.#subscribers += subscribed ? 1 : -1;
      this.#handlers.onSubscribers(this.#subscribers);
      if (subscribed && event) {
        const topic = event.subarray(1);
        this.publish(
          this.#session.message(
            'iopub_welcome',
            { subscription: topic.toString() },
            { ids: topic.length ? [topic] : [] }
          )
        );
      }
    }
  }

  async #beat(): Promise<void> {
    for await (const frames of this.#heartbeat) {
      await this.#heartbeat.send(frames);
    }
  }
}
