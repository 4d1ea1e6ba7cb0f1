import { defineLanguageFacet, Language, LanguageSupport } from '@codemirror/language';
import {
  NodeType,
  Parser,
  Tree,
  type Input,
  type PartialParse,
  type TreeFragment
} from '@lezer/common';

/** Where to look for the end of the magic line, in characters. */
const LONGEST_LINE = 2000;

/** The whole cell: a magic line, which is no node, and the body's own tree. */
const cellType = NodeType.define({ id: 0, name: 'MagicCell' });

/**
 * A language for cells whose first line is a magic: that line is left out, so that it does
 * not disturb how the rest is read.
 */
export function withoutMagicLine(support: LanguageSupport): LanguageSupport {
  const { language } = support;
  const cell = new Language(language.data, new BodyParser(language.parser), [], language.name);
  return new LanguageSupport(cell, support.support);
}

/** A language without any tokens. */
export function plainText(): Language {
  return new Language(defineLanguageFacet(), new PlainParser());
}

class PlainParser extends Parser {
  createParse(input: Input): PartialParse {
    return new EmptyParse(input.length);
  }
}

class BodyParser extends Parser {
  constructor(body: Parser) {
    super();
    this._body = body;
  }

  createParse(
    input: Input,
    _fragments: readonly TreeFragment[],
    ranges: readonly { from: number; to: number }[]
  ): PartialParse {
    const start = input.read(0, Math.min(input.length, LONGEST_LINE));
    const newline = start.indexOf('\n');
    const from = newline === -1 ? input.length : newline + 1;
    const body = ranges
      .map(range => ({ from: Math.max(from, range.from), to: range.to }))
      .filter(range => range.from < range.to);
    if (body.length === 0) {
      return new EmptyParse(input.length);
    }
    // A cell is small: it is parsed whole each time, without fragments of the last tree.
    return new BodyParse(this._body.createParse(input, [], body), body[0]?.from ?? 0);
  }

  private _body: Parser;
}

/** Parses the body and sets its tree behind the magic line. */
class BodyParse implements PartialParse {
  constructor(inner: PartialParse, from: number) {
    this._inner = inner;
    this._from = from;
  }

  get parsedPos(): number {
    return this._inner.parsedPos;
  }

  get stoppedAt(): number | null {
    return this._inner.stoppedAt;
  }

  stopAt(pos: number): void {
    this._inner.stopAt(pos);
  }

  advance(): Tree | null {
    const tree = this._inner.advance();
    return tree && new Tree(cellType, [tree], [this._from], this._from + tree.length);
  }

  private _inner: PartialParse;
  private _from: number;
}

/** Text without tokens. */
class EmptyParse implements PartialParse {
  constructor(length: number) {
    this.parsedPos = length;
  }

  readonly parsedPos: number;
  readonly stoppedAt = null;

  stopAt(_pos: number): void {
    // There is nothing to stop.
  }

  advance(): Tree {
    return new Tree(cellType, [], [], this.parsedPos);
  }
}
