import { randomUUID } from 'node:crypto';
import { encode, toBytes } from './codec.js';
import type { Frames, IHeader, IOrigin, Json } from './message.js';
import type { Signer } from './signer.js';

/** Of the messages that we make ourselves. */
const PROTOCOL_VERSION = '5.4';

const EMPTY = Buffer.from('{}');

export interface IMessageParts {
  ids?: Frames;
  /** What it answers; absent: nothing, an empty parent header. */
  parent?: IOrigin | null;
  metadata?: Json;
  buffers?: Frames;
}

/**
 * Makes our messages. All that the kernel sends bears one session id, the delegate's too:
 * front ends drop queued messages of a session other than that of the last one.
 */
export class Session {
  id = randomUUID();
  readonly signer: Signer;

  constructor(signer: Signer) {
    this.signer = signer;
  }

  /** A new id: tells front ends that what the kernel held before is gone. */
  renew(): void {
    this.id = randomUUID();
  }

  header(msgType: string, msgId: string = randomUUID()): IHeader {
    return {
      msg_id: msgId,
      msg_type: msgType,
      session: this.id,
      username: 'kernel',
      date: new Date().toISOString(),
      version: PROTOCOL_VERSION
    };
  }

  message(msgType: string, content: object, rest: IMessageParts = {}): Frames {
    return this.pack(this.header(msgType), content, rest);
  }

  pack(header: IHeader, content: object, rest: IMessageParts = {}): Frames {
    return encode(
      rest.ids ?? [],
      [
        toBytes(header),
        rest.parent?.headerBytes ?? EMPTY,
        rest.metadata ? toBytes(rest.metadata) : EMPTY,
        toBytes(content)
      ],
      rest.buffers ?? [],
      this.signer.sign
    );
  }
}
