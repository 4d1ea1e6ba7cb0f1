import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { StreamKind } from '../../src/protocol/index.js';

/** First line of a stream socket; see `src/protocol/frames.ts`. */
export interface IStreamHello {
  world: string;
  rank: number;
  kind: StreamKind;
  token: string;
}

/** Longest hello line, bytes. */
export const HELLO_LIMIT = 256;

const HELLO = /^rankbook (\S+) (\d{1,5}) (stdout|stderr|pmi) (\S+)$/;

/** Null where the line is none. */
export function parseHello(line: string): IStreamHello | null {
  const match = HELLO.exec(line);
  if (match === null) {
    return null;
  }
  const [, world, rank, kind, token] = match as unknown as [
    string,
    string,
    string,
    StreamKind,
    string
  ];
  return { world, rank: Number(rank), kind, token };
}

export function newToken(): string {
  return randomBytes(24).toString('base64url');
}

/** Compare in constant time. */
export function sameToken(one: string, other: string): boolean {
  return timingSafeEqual(digest(one), digest(other));
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
