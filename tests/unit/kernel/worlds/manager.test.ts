import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { beforeEach, expect, it, vi } from 'vitest';
import { ProcessManager } from '../../../../kernel/worlds/manager.js';
import { eventually } from '../../eventually.js';

const written: string[] = [];
const refused = vi.fn();
const log = vi.fn();
let socket: Duplex;

beforeEach(() => {
  written.length = 0;
  refused.mockReset();
  log.mockReset();
  socket = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      written.push(chunk.toString());
      done();
    }
  });
  const manager = new ProcessManager({
    size: 1,
    nodes: 1,
    names: new Map(),
    origin: null,
    onAbort() {},
    onSpawn: () => Promise.resolve(true),
    onSpawnRefused: refused,
    onConnect() {},
    log
  });
  manager.serve(0, socket as Socket, Buffer.alloc(0));
});

it('says why it closes the connection of a rank', async () => {
  socket.push('x'.repeat(20_000));
  await eventually(() => expect(socket.destroyed).toBe(true));
  expect(log).toHaveBeenCalledWith(
    'the PMI connection of rank 0 was closed: a line is longer than 16384 bytes'
  );
});

it('tells the user why a spawn command was refused, and the rank that it was', async () => {
  socket.push('mcmd=spawn\nnprocs=2\ntotspawns=1\nspawnssofar=1\nendcmd\n');
  await eventually(() => expect(refused).toHaveBeenCalledWith(0, expect.stringContaining('names')));
  expect(written).toEqual(['cmd=spawn_result rc=-1 msg=processes_did_not_start\n']);
});
