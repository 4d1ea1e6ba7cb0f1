import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Dealer, Request, Subscriber } from 'zeromq';
import { contentOf, decode } from '../../../../kernel/wire/codec.js';
import {
  ipcConnectionFile,
  parseConnection,
  type IConnection
} from '../../../../kernel/wire/connection.js';
import { Fronts } from '../../../../kernel/wire/fronts.js';
import type { IWireMessage } from '../../../../kernel/wire/message.js';
import { Session } from '../../../../kernel/wire/session.js';
import { Signer } from '../../../../kernel/wire/signer.js';

describe('Fronts', () => {
  let directory: string;
  let connection: IConnection;
  const session = new Session(new Signer('key'));
  let received: [string, IWireMessage][];
  let subscribers: number[];
  let logged: string[];
  let fronts: Fronts;
  let sockets: { close(): void }[];

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'fronts-'));
    connection = parseConnection(ipcConnectionFile(join(directory, 'k'), 'key'));
    [received, subscribers, logged, sockets] = [[], [], [], []];
    fronts = new Fronts(connection, session, {
      onMessage: (channel, message) => void received.push([channel, message]),
      onSubscribers: count => subscribers.push(count),
      log: text => logged.push(text)
    });
    await fronts.bind();
  });

  afterEach(async () => {
    sockets.forEach(socket => socket.close());
    await fronts.close();
    rmSync(directory, { recursive: true, force: true });
  });

  function opened<T extends { close(): void }>(socket: T): T {
    sockets.push(socket);
    return socket;
  }

  async function until(done: () => boolean): Promise<void> {
    while (!done()) {
      await new Promise(resolve => setTimeout(resolve, 5));
    }
  }

  it('takes messages that are signed, drops and logs others, answers to who asked', async () => {
    const client = opened(new Dealer({ routingId: 'client', linger: 0 }));
    client.connect(connection.endpoints.shell);
    await client.send(new Session(new Signer('wrong')).message('execute_request', {}));
    await client.send(['no message']);
    await client.send(session.message('execute_request', { code: '1' }));
    await until(() => received.length > 0);
    expect(received.map(([channel]) => channel)).toEqual(['shell']);
    const [, message] = received[0];
    expect(contentOf(message)).toEqual({ code: '1' });
    expect(logged).toEqual([
      'shell: dropped a message with a bad signature',
      'shell: dropped frames that are no message: no delimiter <IDS|MSG>'
    ]);
    fronts.send('shell', session.message('execute_reply', {}, { ids: message.ids }));
    expect(decode(await client.receive()).header.msg_type).toBe('execute_reply');
  });

  it('welcomes every subscription with its topic, and counts them', async () => {
    const one = opened(new Subscriber({ linger: 0 }));
    one.connect(connection.endpoints.iopub);
    one.subscribe();
    const welcome = decode(await one.receive());
    expect(welcome.header.msg_type).toBe('iopub_welcome');
    expect(contentOf(welcome)).toEqual({ subscription: '' });
    expect(welcome.ids).toEqual([]);

    const two = opened(new Subscriber({ linger: 0 }));
    two.connect(connection.endpoints.iopub);
    two.subscribe('stream');
    const other = decode(await two.receive());
    expect(contentOf(other)).toEqual({ subscription: 'stream' });
    expect(other.ids.map(String)).toEqual(['stream']);
    two.close();
    await until(() => subscribers.at(-1) === 1 && subscribers.length === 3);
    expect(subscribers).toEqual([1, 2, 1]);
  });

  it('beats', async () => {
    const heart = opened(new Request({ linger: 0 }));
    heart.connect(connection.endpoints.hb);
    await heart.send('ping');
    expect(String((await heart.receive())[0])).toBe('ping');
  });

  it('loses nothing of a flood to a subscriber that reads late', async () => {
    const client = opened(new Subscriber({ linger: 0, receiveHighWaterMark: 1 }));
    client.connect(connection.endpoints.iopub);
    client.subscribe();
    await client.receive();
    for (let index = 0; index < 5000; index++) {
      fronts.publish(session.message('stream', { index }));
    }
    await fronts.publishedBelow(0);
    for (let index = 0; index < 5000; index++) {
      expect(contentOf(decode(await client.receive()))).toEqual({ index });
    }
  });
});
