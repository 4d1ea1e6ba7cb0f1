import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Dealer } from 'zeromq';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { AgentRouter } from '../../../../kernel/worlds/agents.js';
import { eventually } from '../../eventually.js';

let directory: string;
let router: AgentRouter;
const dealers: Dealer[] = [];
const logged: string[] = [];
const reports: string[] = [];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'agents-'));
  router = new AgentRouter(text => logged.push(text));
  router.add('w1', {
    token: 'right',
    onHello() {},
    onReport(rank, report) {
      if (report.type === 'failed') {
        throw new Error('a mistake of ours');
      }
      reports.push(`${rank} ${report.type}`);
    }
  });
  await router.bind(`ipc://${directory}/z`);
});

afterEach(async () => {
  dealers.splice(0).forEach(dealer => dealer.close());
  logged.length = reports.length = 0;
  await router.close();
  rmSync(directory, { recursive: true, force: true });
});

async function speak(identity: string, ...headers: string[]): Promise<Dealer> {
  const dealer = new Dealer({ routingId: identity, linger: 0 });
  dealers.push(dealer);
  dealer.connect(`ipc://${directory}/z`);
  for (const header of headers) {
    await dealer.send([header, '']);
  }
  return dealer;
}

const hello = (token: string): string => JSON.stringify({ type: 'hello', token, pid: 1 });
const READY = '{"type": "ready"}';

it('listens only to those who show the token of their world', async () => {
  await speak('w1/0/work', hello('wrong'), READY);
  await speak('w2/0/work', hello('right'), READY);
  await speak('w1/1/work', READY, hello('right'), READY);
  await eventually(() => expect(reports).toEqual(['1 ready']));
});

it('goes on listening after messages that make no sense, and tells of them', async () => {
  await speak('w1/0/work', hello('right'), 'null', '{', '{"type": "failed"}', READY);
  await eventually(() => expect(reports).toEqual(['0 ready']));
  expect(logged).toHaveLength(3);
  expect(logged[2]).toBe('a message of "w1/0/work" failed: a mistake of ours');
});

it('tells a rank that waits when it has taken in what came before', async () => {
  const sync = JSON.stringify({ type: 'sync', run: 'r1' });
  const stranger = await speak('w1/1/work', hello('wrong'), sync);
  const rank = await speak('w1/0/work', hello('right'), READY, sync);
  const [header] = await rank.receive();
  expect(JSON.parse(String(header))).toEqual({ type: 'synced', run: 'r1' });
  expect(reports).toEqual(['0 ready']);
  stranger.receiveTimeout = 50;
  await expect(stranger.receive()).rejects.toThrow();
});
