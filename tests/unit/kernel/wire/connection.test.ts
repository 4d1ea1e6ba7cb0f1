import { describe, expect, it } from 'vitest';
import { ipcConnectionFile, parseConnection } from '../../../../kernel/wire/connection.js';

const PORTS = { shell_port: 1, control_port: 2, stdin_port: 3, iopub_port: 4, hb_port: 5 };
const KEY = 'k'.repeat(40);

function parse(rest: object): ReturnType<typeof parseConnection> {
  return parseConnection(JSON.stringify({ ...PORTS, ...rest }));
}

describe('parseConnection', () => {
  it('reads tcp', () => {
    const connection = parse({ transport: 'tcp', ip: '127.0.0.1', key: 'abc' });
    expect(connection.endpoints.shell).toBe('tcp://127.0.0.1:1');
    expect(connection.endpoints.hb).toBe('tcp://127.0.0.1:5');
    expect(connection.key).toBe('abc');
    expect(connection.curve).toBeNull();
  });

  it('reads ipc, whose ports are the ends of paths', () => {
    expect(parse({ transport: 'ipc', ip: '/run/k' }).endpoints.stdin).toBe('ipc:///run/k-3');
  });

  it('reads the CURVE keys', () => {
    const { curve } = parse({ curve_publickey: KEY, curve_secretkey: KEY });
    expect(curve).toEqual({ publicKey: KEY, secretKey: KEY });
  });

  it('reads what it writes for the delegate', () => {
    const connection = parseConnection(ipcConnectionFile('/run/d', 'key'));
    expect(connection.endpoints.shell).toBe('ipc:///run/d-1');
    expect(connection.endpoints.hb).toBe('ipc:///run/d-5');
    expect(connection.key).toBe('key');
  });

  it.each([
    ['a transport that it does not know', { transport: 'udp' }, /transport "udp"/],
    ['another signature', { signature_scheme: 'hmac-md5' }, /signature_scheme/],
    ['a missing port', { shell_port: undefined }, /shell_port/],
    ['port 0', { iopub_port: 0 }, /iopub_port/],
    ['half a key pair', { curve_publickey: KEY }, /CURVE/],
    ['a key that is no text', { key: 5 }, /key/]
  ])('refuses %s', (_, rest, message) => {
    expect(() => parse(rest)).toThrow(message);
  });
});
