import { describe, expect, test } from 'vitest';

import { parseAnsi } from '../../../src/models/ansi.js';
import { foldControls } from '../../../src/models/terminal.js';
import { LONG_TEXT, visiblePieces } from '../../../src/models/visible.js';
import type { RankOutput } from '../../../src/protocol/index.js';
import { stderr, stdout } from './runs.js';

describe('foldControls', () => {
  test.each([
    ['10%\r20%\r100%\n', '100%\n'],
    ['long text\rabc', 'abcg text'],
    ['ab\b\bxy\n', 'xy\n'],
    ['dos\r\nlines\r\n', 'dos\nlines\n'],
    ['plain\n', 'plain\n'],
    ['\b\bx', 'x'],
    ['é\r👍', '👍']
  ])('%j shows as %j', (text, shown) => {
    expect(foldControls(text)).toBe(shown);
  });
});

describe('parseAnsi', () => {
  test('leaves out an OSC sequence without an end no further than to the end of its line', () => {
    expect(parseAnsi('a\u001b]0;title\nb')).toEqual([
      { text: 'a', classes: [] },
      { text: '\nb', classes: [] }
    ]);
  });

  const E = '\u001b[';

  test('turns codes into classes', () => {
    expect(parseAnsi(`a${E}1;31mb${E}0mc`)).toEqual([
      { text: 'a', classes: [] },
      { text: 'b', classes: ['ansi-red-fg', 'ansi-bold'] },
      { text: 'c', classes: [] }
    ]);
    expect(parseAnsi(`${E}95;44;4mx`)).toEqual([
      { text: 'x', classes: ['ansi-magenta-intense-fg', 'ansi-blue-bg', 'ansi-underline'] }
    ]);
    expect(parseAnsi(`${E}7mx`)).toEqual([
      { text: 'x', classes: ['ansi-default-inverse-fg', 'ansi-default-inverse-bg'] }
    ]);
  });

  test('knows 256 and true colours', () => {
    expect(parseAnsi(`${E}38;5;196mx`)).toEqual([
      { text: 'x', classes: [], color: 'rgb(255, 0, 0)' }
    ]);
    expect(parseAnsi(`${E}48;2;1;2;999mx`)).toEqual([
      { text: 'x', classes: [], background: 'rgb(1, 2, 255)' }
    ]);
    expect(parseAnsi(`${E}38;5;9;1mx`)).toEqual([
      { text: 'x', classes: ['ansi-red-intense-fg', 'ansi-bold'] }
    ]);
  });

  test('leaves out other sequences and survives broken ones', () => {
    expect(
      parseAnsi(`a${E}2Kb\u001b]8;;http://x\u0007c`)
        .map(piece => piece.text)
        .join('')
    ).toBe('abc');
    expect(parseAnsi(`${E}38;7mx`).map(piece => piece.text)).toEqual(['x']);
  });
});

describe('visiblePieces', () => {
  const shown = (outputs: RankOutput[], whole = false): string =>
    visiblePieces(outputs, whole)
      .map(piece => (piece.kind === 'text' ? piece.text : piece.kind))
      .join('');

  test('shows text whole, in pieces that end with a line', () => {
    const text = 'a line of text\n'.repeat(20_000);
    const pieces = visiblePieces([stdout(text)], false);
    expect(pieces.length).toBeGreaterThan(3);
    expect(pieces.every(piece => piece.kind === 'text' && piece.text.endsWith('\n'))).toBe(true);
    expect(shown([stdout(text)])).toBe(text);
  });

  test('keeps the first pieces as they are while the text grows', () => {
    const text = 'a line of text\n'.repeat(10_000);
    const before = visiblePieces([stdout(text)], false);
    const after = visiblePieces([stdout(text + 'more\n')], false);
    expect(after.slice(0, before.length - 1)).toEqual(before.slice(0, -1));
  });

  test('shows head and tail of a long text, at whole lines, until all is asked for', () => {
    const lines = Array.from({ length: 100_000 }, (_, i) => `this is line ${i}\n`);
    const text = lines.join('');
    expect(text.length).toBeGreaterThan(LONG_TEXT);
    const pieces = visiblePieces([stdout(text)], false);
    expect(pieces.map(piece => piece.kind)).toEqual(['text', 'gap', 'text']);
    const [head, gap, tail] = pieces;
    expect(head?.kind === 'text' && text.startsWith(head.text) && head.text.endsWith('\n')).toBe(
      true
    );
    expect(tail?.kind === 'text' && text.endsWith(`\n${tail.text}`)).toBe(true);
    expect(gap).toMatchObject({ outputs: 0 });
    expect(shown([stdout(text)], true)).toBe(text);
  });

  test('keeps figures among long text', () => {
    const text = 'x'.repeat(99) + '\n';
    const figure: RankOutput = { output_type: 'display_data', data: {}, metadata: {} };
    const kinds = visiblePieces(
      [stdout(text.repeat(8000)), figure, stderr(text.repeat(8000))],
      false
    ).map(piece => piece.kind);
    expect(kinds).toEqual(['text', 'gap', 'rich', 'gap', 'text']);
  });

  test('cuts one endless line where it has to', () => {
    const pieces = visiblePieces([stdout('x'.repeat(3_000_000))], false);
    expect(pieces.map(piece => piece.kind)).toEqual(['text', 'gap', 'text']);
  });

  test('leaves out the middle of very many outputs', () => {
    const outputs = Array.from({ length: 1000 }, (_, i) => (i % 2 ? stdout('o\n') : stderr('e\n')));
    const pieces = visiblePieces(outputs, false);
    expect(pieces).toHaveLength(201);
    expect(pieces[100]).toEqual({ kind: 'gap', characters: 1600, outputs: 0 });
  });
});
