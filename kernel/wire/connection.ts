/**
 * The connection file. Source: jupyter_client's docs/kernels.rst, "Connection files"; the
 * CURVE keys: jupyter_client/connect.py.
 */

export const CHANNELS = ['shell', 'control', 'stdin', 'iopub', 'hb'] as const;

export type Channel = (typeof CHANNELS)[number];

export interface ICurveKeys {
  /** Z85. */
  publicKey: string;
  secretKey: string;
}

export interface IConnection {
  endpoints: { readonly [channel in Channel]: string };
  key: string;
  curve: ICurveKeys | null;
}

/** @throws Error with a message for whoever wrote the file. */
export function parseConnection(text: string): IConnection {
  const file = JSON.parse(text) as { [key: string]: unknown };
  const transport = stringOf(file, 'transport', 'tcp');
  if (transport !== 'tcp' && transport !== 'ipc') {
    throw new Error(`connection file: transport ${JSON.stringify(transport)} is not known`);
  }
  const scheme = stringOf(file, 'signature_scheme', 'hmac-sha256');
  if (scheme !== 'hmac-sha256') {
    throw new Error(`connection file: signature_scheme ${JSON.stringify(scheme)} is not known`);
  }
  const ip = stringOf(file, 'ip', '127.0.0.1');
  const separator = transport === 'tcp' ? ':' : '-';
  const endpoint = (channel: Channel): string =>
    `${transport}://${ip}${separator}${portOf(file, channel)}`;
  return {
    endpoints: {
      shell: endpoint('shell'),
      control: endpoint('control'),
      stdin: endpoint('stdin'),
      iopub: endpoint('iopub'),
      hb: endpoint('hb')
    },
    key: stringOf(file, 'key', ''),
    curve: curveOf(file)
  };
}

/** What a connection file over `ipc://<path>-1` to `-5` says. */
export function ipcConnectionFile(path: string, key: string): string {
  const ports = Object.fromEntries(
    CHANNELS.map((channel, index) => [`${channel}_port`, index + 1])
  );
  return JSON.stringify({
    transport: 'ipc',
    ip: path,
    key,
    signature_scheme: 'hmac-sha256',
    ...ports
  });
}

function stringOf(file: { [key: string]: unknown }, key: string, absent: string): string {
  const value = file[key] ?? absent;
  if (typeof value !== 'string') {
    throw new Error(`connection file: ${key} is not a string`);
  }
  return value;
}

function portOf(file: { [key: string]: unknown }, channel: Channel): number {
  const port = file[`${channel}_port`];
  if (typeof port !== 'number' || !Number.isInteger(port) || port <= 0) {
    throw new Error(`connection file: ${channel}_port is not a port number`);
  }
  return port;
}

function curveOf(file: { [key: string]: unknown }): ICurveKeys | null {
  const publicKey = stringOf(file, 'curve_publickey', '');
  const secretKey = stringOf(file, 'curve_secretkey', '');
  if (!publicKey && !secretKey) {
    return null;
  }
  if (publicKey.length !== 40 || secretKey.length !== 40) {
    throw new Error('connection file: the CURVE keys are not two Z85 strings of 40 characters');
  }
  return { publicKey, secretKey };
}
