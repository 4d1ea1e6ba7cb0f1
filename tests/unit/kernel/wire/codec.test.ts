import { describe, expect, it } from 'vitest';
import {
  CodecError,
  contentOf,
  decode,
  encode,
  metadataOf,
  originOf,
  parentIdOf,
  toBytes
} from '../../../../kernel/wire/codec.js';
import { Session } from '../../../../kernel/wire/session.js';
import { Signer } from '../../../../kernel/wire/signer.js';

const header = { msg_id: 'm1', msg_type: 'execute_request', session: 's1' };

function frames(parts: readonly [unknown, unknown, unknown, unknown]): Buffer[] {
  const [a, b, c, d] = parts.map(toBytes) as [Buffer, Buffer, Buffer, Buffer];
  return encode([Buffer.from('client')], [a, b, c, d], [Buffer.from([1, 2])], () => 'sig');
}

describe('decode', () => {
  it('gives back what encode was given, and keeps the frames', () => {
    const sent = frames([header, { msg_id: 'p1' }, { k: 1 }, { code: 'x' }]);
    const message = decode(sent);
    expect(message.ids.map(String)).toEqual(['client']);
    expect(message.header).toEqual(header);
    expect(String(message.signature)).toBe('sig');
    expect(parentIdOf(message)).toBe('p1');
    expect(metadataOf(message)).toEqual({ k: 1 });
    expect(contentOf(message)).toEqual({ code: 'x' });
    expect(message.buffers).toEqual([Buffer.from([1, 2])]);
    expect(message.frames).toBe(sent);
    expect(originOf(message).headerBytes).toBe(message.parts[0]);
  });

  it('has no parent where the parent header is empty', () => {
    expect(parentIdOf(decode(frames([header, {}, {}, {}])))).toBe('');
  });

  it.each([
    ['no delimiter', [Buffer.from('x')]],
    ['too few frames', [Buffer.from('<IDS|MSG>'), Buffer.from(''), Buffer.from('{}')]],
    ['a header that is a list', frames([[], {}, {}, {}])],
    ['a header without a session', frames([{ msg_id: 'm', msg_type: 't' }, {}, {}, {}])]
  ])('refuses %s', (_, bad) => {
    expect(() => decode(bad)).toThrow(CodecError);
  });

  it('refuses content that is no object only when asked for it', () => {
    const message = decode(frames([header, {}, {}, 'text']));
    expect(() => contentOf(message)).toThrow(CodecError);
  });
});

describe('Session', () => {
  const session = new Session(new Signer('key'));

  it('signs, so that the signature verifies', () => {
    const message = decode(session.message('status', { execution_state: 'idle' }));
    expect(session.signer.verify(message.signature, message.parts)).toBe(true);
    expect(message.header.session).toBe(session.id);
  });

  it('names its parent with the bytes of the header as received', () => {
    const bytes = Buffer.from('{"msg_id": "m",  "odd spacing": true}');
    const parent = { ids: [], header: { ...session.header('x') }, headerBytes: bytes };
    const message = decode(session.message('status', {}, { parent }));
    expect(message.parts[1].equals(bytes)).toBe(true);
  });

  it('has another id when renewed', () => {
    const before = session.id;
    session.renew();
    expect(session.id).not.toBe(before);
  });
});

describe('Signer', () => {
  const parts = ['{"a":1}', '{}', '{}', '{"b":2}'].map(text => Buffer.from(text));

  it('is HMAC-SHA256 over the four parts', () => {
    expect(new Signer('secret').sign(parts)).toBe(PYTHON_SIGNATURE);
  });

  it('rejects another part, key or length', () => {
    const signer = new Signer('secret');
    const signature = Buffer.from(signer.sign(parts));
    expect(signer.verify(signature, parts)).toBe(true);
    expect(signer.verify(signature, [...parts.slice(0, 3), Buffer.from('{"b":3}')])).toBe(false);
    expect(new Signer('other').verify(signature, parts)).toBe(false);
    expect(signer.verify(signature.subarray(1), parts)).toBe(false);
    expect(signer.verify(Buffer.from(''), parts)).toBe(false);
  });

  it('signs nothing without a key', () => {
    expect(new Signer('').sign(parts)).toBe('');
    expect(new Signer('').verify(Buffer.from(''), parts)).toBe(true);
  });
});

/** Made with Python's hmac module of the same key and parts. */
const PYTHON_SIGNATURE = '9b14d94617bffb278285cea390d9dc17e01ec3188dba313f9548021906557a7b';
