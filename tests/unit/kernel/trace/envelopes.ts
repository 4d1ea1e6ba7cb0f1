import type { Envelope } from '../../../../src/protocol/index.js';
import type { IStatement } from './program.js';

/** What a statement sends. */
export function sendEnvelope({ comm, dest, tag, bytes, dtype }: IStatement): Envelope {
  const count = dtype === 'object' ? null : bytes / 8;
  return { comm, peer: dest, tag, bytes, count, dtype };
}

/** What a statement asks to receive. */
export function recvEnvelope({
  comm,
  source,
  recvTag,
  recvBytes,
  recvDtype
}: IStatement): Envelope {
  const known = recvBytes >= 0;
  return {
    ...{ comm, peer: source, tag: recvTag, dtype: recvDtype },
    bytes: known ? recvBytes : null,
    count: known ? recvBytes / 8 : null
  };
}
