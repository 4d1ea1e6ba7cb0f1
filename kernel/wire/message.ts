/**
 * Jupyter's messages as values. Source: "Messaging in Jupyter", jupyter_client's
 * docs/messaging.rst, "The Wire Protocol".
 */

export type Frames = Buffer[];

export type Json = { [key: string]: unknown };

export interface IHeader {
  msg_id: string;
  msg_type: string;
  session: string;
  username: string;
  date: string;
  version: string;
  /** Kernel subshells: the subshell that the request is for, absent: the main shell. */
  subshell_id?: string | null;
}

/**
 * A message as it came: the frames stay as they are, so that it can be forwarded unchanged,
 * and the content is parsed only when someone asks for it.
 */
export interface IWireMessage {
  /** Identities (or the topic) in front of the delimiter. */
  ids: Frames;
  header: IHeader;
  /** Whole, as received. */
  frames: Frames;
  signature: Buffer;
  /** The four signed parts: header, parent header, metadata, content. */
  parts: readonly [Buffer, Buffer, Buffer, Buffer];
  buffers: Frames;
}

/** What a message answers: the bytes of the request's header, as received, and who sent it. */
export interface IOrigin {
  ids: Frames;
  header: IHeader;
  headerBytes: Buffer;
}
