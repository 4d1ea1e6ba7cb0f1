import { createHmac, timingSafeEqual } from 'node:crypto';

/** Signs and checks the four parts of messages, HMAC-SHA256 as in Jupyter's protocol. */
export class Signer {
  readonly #key: string;

  /** @param key - Of the connection file; empty: messages are not signed. */
  constructor(key: string) {
    this.#key = key;
  }

  sign = (parts: readonly Buffer[]): string => {
    if (!this.#key) {
      return '';
    }
    const hmac = createHmac('sha256', this.#key);
    for (const part of parts) {
      hmac.update(part);
    }
    return hmac.digest('hex');
  };

  verify(signature: Buffer, parts: readonly Buffer[]): boolean {
    if (!this.#key) {
      return true;
    }
    const expected = Buffer.from(this.sign(parts));
    return signature.length === expected.length && timingSafeEqual(signature, expected);
  }
}
