import type { Frames, IHeader, IOrigin, IWireMessage, Json } from './message.js';

const DELIMITER = Buffer.from('<IDS|MSG>');

/** Frames that are no Jupyter message; the message says what is wrong with them. */
export class CodecError extends Error {
  override name = 'CodecError';
}

/**
 * Frames to message. Only the header is parsed.
 *
 * @throws CodecError
 */
export function decode(frames: Frames): IWireMessage {
  const at = frames.findIndex(frame => frame.equals(DELIMITER));
  if (at < 0) {
    throw new CodecError('no delimiter <IDS|MSG>');
  }
  const [signature, header, parent, metadata, content] = frames.slice(at + 1, at + 6);
  if (!signature || !header || !parent || !metadata || !content) {
    throw new CodecError(`${frames.length - at - 1} frames after the delimiter, at least 5 needed`);
  }
  return {
    ids: frames.slice(0, at),
    header: headerOf(header),
    frames,
    signature,
    parts: [header, parent, metadata, content],
    buffers: frames.slice(at + 6)
  };
}

/** Message to frames; `sign` makes the signature of the four parts. */
export function encode(
  ids: Frames,
  parts: readonly [Buffer, Buffer, Buffer, Buffer],
  buffers: Frames,
  sign: (parts: readonly Buffer[]) => string
): Frames {
  return [...ids, DELIMITER, Buffer.from(sign(parts)), ...parts, ...buffers];
}

export function toBytes(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

/** @throws CodecError where the bytes are no JSON object. */
export function toJson(bytes: Buffer): Json {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString());
  } catch {
    throw new CodecError('a part is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new CodecError('a part is not a JSON object');
  }
  return value as Json;
}

export function contentOf(message: IWireMessage): Json {
  return toJson(message.parts[3]);
}

export function metadataOf(message: IWireMessage): Json {
  return toJson(message.parts[2]);
}

/** `msg_id` of the request that this message answers; '' where it answers none. */
export function parentIdOf(message: IWireMessage): string {
  const id = toJson(message.parts[1])['msg_id'];
  return typeof id === 'string' ? id : '';
}

export function originOf(message: IWireMessage): IOrigin {
  return { ids: message.ids, header: message.header, headerBytes: message.parts[0] };
}

function headerOf(bytes: Buffer): IHeader {
  const header = toJson(bytes);
  for (const key of ['msg_id', 'msg_type', 'session'] as const) {
    if (typeof header[key] !== 'string') {
      throw new CodecError(`the header has no ${key}`);
    }
  }
  return header as unknown as IHeader;
}
