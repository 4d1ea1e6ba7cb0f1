import { beforeEach, describe, expect, it } from 'vitest';
import { RequestContext } from '../../../../kernel/core/context.js';
import { ExecutionCounter } from '../../../../kernel/core/counter.js';
import { InputBroker } from '../../../../kernel/core/input.js';
import { LiveComms } from '../../../../kernel/core/live.js';
import { decode, encode, toBytes } from '../../../../kernel/wire/codec.js';
import type { IWireMessage } from '../../../../kernel/wire/message.js';
import { origin, RecordingOutlet } from './outlet.js';

let outlet: RecordingOutlet;

beforeEach(() => {
  outlet = new RecordingOutlet();
});

describe('RequestContext', () => {
  it('answers whoever asked, with the request as parent, also late', () => {
    const first = outlet.request('inspect_request', {}, 'one');
    const second = outlet.request('complete_request', {}, 'two');
    const contexts = [first, second].map(
      message => new RequestContext(outlet, 'shell', origin(message))
    );
    contexts[1].reply({ status: 'ok' });
    contexts[0].status('idle');
    contexts[0].fail({ ename: 'E', evalue: 'v', traceback: [] });
    expect(outlet.parents()).toEqual([
      second.header.msg_id,
      first.header.msg_id,
      first.header.msg_id
    ]);
    expect(outlet.idles).toBe(1);
    expect(outlet.messages.map(({ channel }) => channel)).toEqual(['shell', 'iopub', 'shell']);
    expect(outlet.messages[0].message.ids.map(String)).toEqual(['two']);
    const [[reply], , [failure, content]] = outlet.take() as [[string], unknown, [string, object]];
    expect([reply, failure]).toEqual(['complete_reply', 'inspect_reply']);
    expect(content).toEqual({ status: 'error', ename: 'E', evalue: 'v', traceback: [] });
  });
});

describe('ExecutionCounter', () => {
  it('follows the replies of IPython and counts our own cells', () => {
    const counter = new ExecutionCounter();
    expect(counter.take()).toBe(1);
    counter.onReply(4);
    counter.onReply(undefined);
    expect(counter.next).toBe(5);
    expect(counter.take()).toBe(5);
    counter.set(9);
    expect(counter.next).toBe(9);
    counter.reset();
    expect(counter.next).toBe(1);
  });
});

describe('InputBroker', () => {
  const never = new AbortController().signal;

  function broker(): InputBroker {
    return new InputBroker(outlet.session, frames => outlet.send('stdin', frames));
  }

  /** An input_reply of a client to the last request, or one that names none. */
  function answer(client: string, named: boolean): IWireMessage {
    const request = outlet.messages.at(-1)!.message;
    const parent = named ? request.parts[0] : Buffer.from('{}');
    const header = outlet.session.header('input_reply');
    const parts = [toBytes(header), parent, toBytes({}), toBytes({})] as const;
    return decode(encode([Buffer.from(client)], parts, [], outlet.session.signer.sign));
  }

  it.each([true, false])('asks and gives the answer (reply names the request: %s)', async named => {
    const asking = broker();
    const asked = asking.ask(origin(outlet.request('execute_request', {})), 'n? ', false, never);
    await Promise.resolve();
    expect(outlet.messages.at(-1)!.message.ids.map(String)).toEqual(['client']);
    expect(asking.onReply(answer('other', named), 'wrong')).toBe(false);
    expect(asking.onReply(answer('client', named), 'right')).toBe(true);
    expect(await asked).toBe('right');
    expect(asking.onReply(answer('client', named), 'again')).toBe(false);
  });

  it('leaves answers to the delegate that name its request', async () => {
    const asking = broker();
    const foreign = outlet.request('input_request', {});
    void asking.ask(origin(outlet.request('execute_request', {})), '', false, never);
    await Promise.resolve();
    outlet.messages.push({ channel: 'stdin', message: foreign });
    expect(asking.onReply(answer('client', true), 'x')).toBe(false);
  });

  it('asks one thing at a time, and goes on after an abort', async () => {
    const asking = broker();
    const from = origin(outlet.request('execute_request', {}));
    const abort = new AbortController();
    const first = asking.ask(from, 'first', false, abort.signal);
    const second = asking.ask(from, 'second', true, never);
    await new Promise(resolve => setImmediate(resolve));
    expect(outlet.take()).toEqual([['input_request', { prompt: 'first', password: false }]]);
    abort.abort(new Error('interrupted'));
    await expect(first).rejects.toThrow('interrupted');
    await new Promise(resolve => setImmediate(resolve));
    expect(asking.onReply(answer('client', true), 'y')).toBe(true);
    expect(outlet.take()).toEqual([['input_request', { prompt: 'second', password: true }]]);
    expect(await second).toBe('y');
  });
});

describe('LiveComms', () => {
  function comms(): LiveComms {
    return new LiveComms(outlet, {
      attach: id => ({ type: 'gone', id }),
      record: id => ({ type: 'record', id, record: null }),
      active: () => [{ id: 'r1', cellId: 'c1' }]
    });
  }

  it('tells a new page what is running, and answers it', () => {
    const live = comms();
    expect(live.attached).toBe(false);
    live.open('p', 'client');
    live.receive('p', { type: 'attach', id: 'r0' });
    live.receive('p', { type: 'record', id: 'r0' });
    live.receive('p', { type: 'nonsense' });
    expect(live.attached).toBe(true);
    expect(live.info()).toEqual({ p: { target_name: 'rankbook' } });
    expect(outlet.take()).toEqual([
      ['comm_msg', { comm_id: 'p', data: { type: 'runs', runs: [{ id: 'r1', cellId: 'c1' }] } }],
      ['comm_msg', { comm_id: 'p', data: { type: 'gone', id: 'r0' } }],
      ['comm_msg', { comm_id: 'p', data: { type: 'record', id: 'r0', record: null } }]
    ]);
    live.close('p');
    expect(live.owns('p')).toBe(false);
  });

  it('keeps no more pages than there are subscribers: those heard last', () => {
    const live = comms();
    ['a', 'b', 'c'].forEach(id => live.open(id, `client ${id}`));
    live.heard('client a');
    live.onSubscribers(3);
    outlet.take();
    live.onSubscribers(2);
    expect(outlet.take()).toEqual([['comm_close', { comm_id: 'b', data: {} }]]);
    expect(Object.keys(live.info())).toEqual(['c', 'a']);
    live.onSubscribers(0);
    expect(live.attached).toBe(false);
  });
});
