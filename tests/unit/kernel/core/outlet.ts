import type { IOutlet } from '../../../../kernel/core/context.js';
import { contentOf, decode, parentIdOf } from '../../../../kernel/wire/codec.js';
import type { RequestChannel } from '../../../../kernel/wire/fronts.js';
import type { Frames, IOrigin, IWireMessage, Json } from '../../../../kernel/wire/message.js';
import { Session } from '../../../../kernel/wire/session.js';
import { Signer } from '../../../../kernel/wire/signer.js';

/** Keeps what would go to clients. */
export class RecordingOutlet implements IOutlet {
  readonly session = new Session(new Signer('key'));
  readonly messages: { channel: RequestChannel | 'iopub'; message: IWireMessage }[] = [];
  idles = 0;

  send(channel: RequestChannel, frames: Frames): void {
    this.messages.push({ channel, message: decode(frames) });
  }

  publish(frames: Frames): void {
    this.messages.push({ channel: 'iopub', message: decode(frames) });
  }

  onIdle(): void {
    this.idles++;
  }

  /** `[type, content]` of all messages since the last call. */
  take(): [string, Json][] {
    return this.messages
      .splice(0)
      .map(({ message }) => [message.header.msg_type, contentOf(message)]);
  }

  parents(): string[] {
    return this.messages.map(({ message }) => parentIdOf(message));
  }

  /** A request of a client. */
  request(msgType: string, content: object, client = 'client'): IWireMessage {
    return decode(this.session.message(msgType, content, { ids: [Buffer.from(client)] }));
  }
}

export function origin(message: IWireMessage): IOrigin {
  return { ids: message.ids, header: message.header, headerBytes: message.parts[0] };
}
