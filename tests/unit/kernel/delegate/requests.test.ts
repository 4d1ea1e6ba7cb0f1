import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DelegateError, HiddenRequests } from '../../../../kernel/delegate/hidden.js';
import { PendingRequests } from '../../../../kernel/delegate/pending.js';
import { delegateEnvironment } from '../../../../kernel/delegate/process.js';
import { contentOf, decode } from '../../../../kernel/wire/codec.js';
import type { IOrigin, IWireMessage } from '../../../../kernel/wire/message.js';
import { Session } from '../../../../kernel/wire/session.js';
import { Signer } from '../../../../kernel/wire/signer.js';

const session = new Session(new Signer('key'));

function request(msgType: string): IOrigin {
  const header = session.header(msgType);
  return { ids: [], header, headerBytes: Buffer.from(JSON.stringify(header)) };
}

describe('PendingRequests', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it.each([
    ['reply', 'idle'],
    ['idle', 'reply']
  ])('settles a cell when both have come: %s, then %s', (...order) => {
    const pending = new PendingRequests();
    const origin = request('execute_request');
    const settled = vi.fn();
    pending.add({ channel: 'shell', origin }, settled);
    expect(pending.executing).toBe(1);
    for (const event of order) {
      expect(settled).not.toHaveBeenCalled();
      pending[event === 'reply' ? 'onReply' : 'onIdle'](origin.header.msg_id);
    }
    expect(settled).toHaveBeenCalledOnce();
    expect(pending.executing).toBe(0);
    vi.advanceTimersByTime(5000);
    expect(settled).toHaveBeenCalledOnce();
  });

  it('does not wait for ever for the reply to a malformed cell', () => {
    const pending = new PendingRequests();
    const origin = request('execute_request');
    const settled = vi.fn();
    pending.add({ channel: 'shell', origin }, settled);
    pending.onIdle(origin.header.msg_id);
    vi.advanceTimersByTime(900);
    expect(settled).not.toHaveBeenCalled();
    vi.advanceTimersByTime(200);
    expect(settled).toHaveBeenCalledOnce();
  });

  it('forgets others with the first of the two', () => {
    const pending = new PendingRequests();
    const [comm, info] = [request('comm_msg'), request('kernel_info_request')];
    [comm, info].forEach(origin => pending.add({ channel: 'shell', origin }));
    expect(pending.executing).toBe(0);
    pending.onIdle(comm.header.msg_id);
    pending.onReply(info.header.msg_id);
    expect(pending.drain()).toEqual([]);
  });

  it('gives up all, oldest first, without settling them', () => {
    const pending = new PendingRequests();
    const settled = vi.fn();
    const origins = ['execute_request', 'complete_request'].map(request);
    origins.forEach(origin => pending.add({ channel: 'shell', origin }, settled));
    expect(pending.drain().map(entry => entry.origin)).toEqual(origins);
    pending.onReply(origins[0].header.msg_id);
    pending.onIdle(origins[0].header.msg_id);
    expect(settled).not.toHaveBeenCalled();
  });
});

describe('HiddenRequests', () => {
  it('recognises what its requests cause, up to their idle status', async () => {
    const sent: IWireMessage[] = [];
    const hidden = new HiddenRequests(session, (_, frames) => void sent.push(decode(frames)));
    const asked = hidden.ask('shell', 'complete_request', { code: 'a' }, 'sub');
    const { header, ids } = sent[0];
    expect(ids).toEqual([]);
    expect(header.subshell_id).toBe('sub');
    expect(contentOf(sent[0])).toEqual({ code: 'a' });
    expect(hidden.owns(header.msg_id)).toBe(true);
    hidden.onReply(header.msg_id, { matches: [] });
    expect(await asked).toEqual({ matches: [] });
    expect(hidden.owns(header.msg_id)).toBe(true);
    hidden.onIdle(header.msg_id);
    expect(hidden.owns(header.msg_id)).toBe(false);
  });

  it('fails when the delegate dies', async () => {
    const hidden = new HiddenRequests(session, () => undefined);
    const asked = hidden.ask('shell', 'complete_request', {});
    hidden.fail('gone');
    await expect(asked).rejects.toThrow(DelegateError);
  });
});

describe('delegateEnvironment', () => {
  it('puts our mpiexec and the programs of the environment first, once', () => {
    const env = { PATH: '/usr/bin:/venv/bin:/pkg/shims:/bin', A: '1' };
    expect(delegateEnvironment(env, '/venv/bin/python', '/pkg')).toEqual({
      PATH: '/pkg/shims:/venv/bin:/usr/bin:/bin',
      A: '1'
    });
  });
});
