import { describe, expect, it } from 'vitest';
import { newToken, parseHello, sameToken } from '../../../../kernel/worlds/hello.js';

describe('the hello line', () => {
  it('names world, rank, stream and token', () => {
    expect(parseHello('rankbook w1 12 stderr abc-_1')).toEqual({
      world: 'w1',
      rank: 12,
      kind: 'stderr',
      token: 'abc-_1'
    });
  });

  it.each([
    '',
    'rankbook w1 0 stdin x',
    'rankbook w1 -1 pmi x',
    'rankbook w1 0 pmi',
    'rankbook w1 0 pmi x y',
    'GET / HTTP/1.1'
  ])('is not %j', line => {
    expect(parseHello(line)).toBeNull();
  });
});

describe('tokens', () => {
  it('are new each time and compared whole', () => {
    const token = newToken();
    expect(token).not.toBe(newToken());
    expect(sameToken(token, token)).toBe(true);
    expect(sameToken(token, `${token}x`)).toBe(false);
    expect(sameToken(token, '')).toBe(false);
  });
});
