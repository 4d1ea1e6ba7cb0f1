import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { CallbackServer } from '../../../../kernel/delegate/callback.js';
import { eventually } from '../../eventually.js';

let directory: string;
let server: CallbackServer;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'callback-'));
  server = new CallbackServer(directory);
  await server.listen();
});

afterEach(() => {
  server.close();
  rmSync(directory, { recursive: true, force: true });
});

/** The next text that comes, or null where the connection ends. */
function next(socket: Socket): Promise<string | null> {
  return new Promise(resolve => {
    socket.once('data', data => resolve(data.toString()));
    socket.once('close', () => resolve(null));
  });
}

function greet(hello: string): Socket {
  const socket = connect(server.path);
  socket.write(hello);
  return socket;
}

it.each([
  ['a wrong token', '{"token": "wrong", "id": "c1"}\n'],
  ['no JSON', 'hello\n'],
  ['no id', '{"token": 5}\n'],
  ['a flood', 'x'.repeat(10000)]
])('turns away %s', async (_, hello) => {
  expect(await next(greet(hello))).toBeNull();
  expect(server.call('c1')).toBeUndefined();
});

it('joins a call to its connection, tells of an interrupt, and answers', async () => {
  const socket = greet(JSON.stringify({ token: server.token, id: 'c1' }) + '\n');
  expect(await next(socket)).toBe('{}\n');
  const call = server.call('c1')!;
  call.onInterrupt = vi.fn();
  socket.write('{"interrupt": true}\n');
  await eventually(() => expect(call.onInterrupt).toHaveBeenCalledOnce());
  call.answer({ status: 'ok' });
  expect(await next(socket)).toBe('{"status":"ok"}\n');
  await eventually(() => expect(server.call('c1')).toBeUndefined());
});

it('takes the end of the caller for an interrupt', async () => {
  const socket = greet(JSON.stringify({ token: server.token, id: 'c1' }) + '\n');
  await next(socket);
  const call = server.call('c1')!;
  call.onInterrupt = vi.fn();
  socket.destroy();
  await eventually(() => expect(call.onInterrupt).toHaveBeenCalled());
});

it('outlives a caller that is killed with its answer unread', async () => {
  const errors: Error[] = [];
  const listen = (error: Error): unknown => errors.push(error);
  process.prependListener('uncaughtException', listen);
  const socket = greet(JSON.stringify({ token: server.token, id: 'c1' }) + '\n');
  await next(socket);
  socket.pause();
  server.call('c1')!.answer({ status: 'ok', text: 'x'.repeat(1 << 20) });
  await new Promise(resolve => setTimeout(resolve, 50));
  socket.destroy();
  await eventually(() => expect(server.call('c1')).toBeUndefined());
  await new Promise(resolve => setTimeout(resolve, 50));
  process.off('uncaughtException', listen);
  expect(errors).toEqual([]);
});

it('ends all connections with the kernel', async () => {
  const lifeline = greet(JSON.stringify({ token: server.token, id: '' }) + '\n');
  await next(lifeline);
  server.close();
  expect(await next(lifeline)).toBeNull();
});
