import { LineMistake, type ISpan } from './mistake.js';
import { nearest } from './nearest.js';
import {
  findOption,
  looksLikeOption,
  optionsOf,
  withoutDashes,
  type IOption,
  type MagicName,
  type OptionKey
} from './options.js';
import type { RunView } from '../../src/protocol/index.js';
import {
  readAssignment,
  readChoice,
  readCount,
  readFile,
  readRanks,
  readSeconds,
  readWorldName
} from './values.js';
import type { IWord } from './words.js';

/** What the options of a line say; null and false where they say nothing. */
export interface ILineSettings {
  size: number | null;
  nodes: number | null;
  ranks: number[] | null;
  fresh: boolean;
  world: string | null;
  timeout: number | null;
  view: RunView | null;
  engine: 'local' | 'mpiexec' | null;
  env: { [name: string]: string };
  save: string | null;
  strict: boolean;
  onDeadlock: 'stop' | 'wait';
  append: boolean;
  help: boolean;
  /** `-m` was given: `rest` is the module and its arguments. */
  module: boolean;
}

export interface IParsedLine {
  settings: ILineSettings;
  /**
   * The words that are no options. For a magic that runs a program these are the program
   * and all that follows it.
   */
  rest: IWord[];
  /** Where each option was given, for checks that need two of them. */
  spans: Map<OptionKey, ISpan>;
}

/**
 * Reads the options among `words`, the words behind the name of `magic`.
 *
 * @throws LineMistake at the first mistake.
 */
export function parseOptions(words: readonly IWord[], magic: MagicName): IParsedLine {
  const settings: ILineSettings = {
    size: null,
    nodes: null,
    ranks: null,
    fresh: false,
    world: null,
    timeout: null,
    view: null,
    engine: null,
    env: {},
    save: null,
    strict: false,
    onDeadlock: 'stop',
    append: false,
    help: false,
    module: false
  };
  const rest: IWord[] = [];
  const spans = new Map<OptionKey, ISpan>();
  const seen = new Set<OptionKey>();
  let at = 0;
  while (at < words.length) {
    const word = words[at];
    at++;
    if (word.text === '--' && !word.quoted) {
      rest.push(...words.slice(at));
      break;
    }
    if (!looksLikeOption(word.text) || word.quoted) {
      rest.push(word);
      if (magic === '%mpirun') {
        rest.push(...words.slice(at));
        break;
      }
      continue;
    }
    const given = readName(word, magic);
    const { option, written } = given;
    if (seen.has(option.key) && option.repeatable !== true) {
      throw new LineMistake(`${written} is given twice.`, word);
    }
    seen.add(option.key);
    if (option.type === 'module') {
      if (at === words.length) {
        throw new LineMistake(`${written} needs the name of a module.`, word);
      }
      settings.module = true;
      rest.push(...words.slice(at));
      break;
    }
    const values: IValue[] = given.value === null ? [] : [given.value];
    while (values.length < option.values) {
      const next = words[at];
      if (next === undefined || isOptionOf(next, magic)) {
        throw new LineMistake(`${written} needs a value: ${usage(option)}.`, word);
      }
      values.push({ text: next.text, span: next });
      at++;
    }
    const last = values.at(-1);
    spans.set(option.key, last?.span ?? word);
    if (last === undefined) {
      setFlag(settings, option);
    } else if (option.type !== 'ignored') {
      refuseUnfilled(option, written, last);
      setValue(settings, option, written, last);
    }
  }
  checkRanks(settings, spans);
  checkNodes(settings, spans);
  return { settings, rest, spans };
}

interface IValue {
  text: string;
  span: ISpan;
}

/** `--view=tabs`, `-n4` and `--view` alone. */
function readName(
  word: IWord,
  magic: MagicName
): { option: IOption; written: string; value: IValue | null } {
  const taken = optionsOf(magic);
  const equals = word.text.indexOf('=');
  const written = equals < 0 ? word.text : word.text.slice(0, equals);
  const option = findOption(written);
  if (option !== null && taken.includes(option)) {
    if (equals < 0) {
      return { option, written, value: null };
    }
    const value = valueFrom(word, written.length + 1);
    if (option.values === 0) {
      throw new LineMistake(`${written} takes no value.`, word);
    }
    if (value.text === '') {
      throw new LineMistake(`${written} needs a value: ${usage(option)}.`, word);
    }
    return { option, written, value };
  }
  const attached = /^(--?np?)\d+$/.exec(word.text);
  if (attached !== null && taken.some(candidate => candidate.key === 'size')) {
    const name = attached[1];
    return { option: findOption(name)!, written: name, value: valueFrom(word, name.length) };
  }
  const span = { column: word.column, length: Math.max(1, Array.from(written).length) };
  if (option !== null) {
    throw new LineMistake(
      `${magic} has no option ${written}.`,
      span,
      `${option.magics.join(' and ')} ${option.magics.length === 1 ? 'has' : 'have'} it`
    );
  }
  throw new LineMistake(`${magic} has no option ${written}.`, span, suggestion(written, taken));
}

/** What other launchers and libraries call the number of ranks. */
const SIZE_WORDS = /^(?:c|size|n?procs?|nproc|num[-_]?procs|processes|ntasks|workers)$/i;

function suggestion(written: string, taken: IOption[]): string | undefined {
  if (SIZE_WORDS.test(withoutDashes(written)) && taken.some(({ key }) => key === 'size')) {
    return 'did you mean -n?';
  }
  const names = taken.flatMap(option => option.names);
  const near = nearest(withoutDashes(written), names.map(withoutDashes));
  const name = names.find(candidate => withoutDashes(candidate) === near);
  return name === undefined ? undefined : `did you mean ${name}?`;
}

/** The part of a word from code unit `from` of its text on, and its place in the line. */
function valueFrom(word: IWord, from: number): IValue {
  const text = word.text.slice(from);
  const column = word.columns[Array.from(word.text.slice(0, from)).length] ?? word.column;
  return { text, span: { column, length: word.column + word.length - column } };
}

function isOptionOf(word: IWord, magic: MagicName): boolean {
  if (word.quoted || !looksLikeOption(word.text)) {
    return false;
  }
  const option = findOption(word.text.split('=', 1)[0]);
  return option !== null && option.magics.includes(magic);
}

/** Variables that IPython has not filled in: it knows none of the name. */
function refuseUnfilled({ type }: IOption, written: string, { text, span }: IValue): void {
  const [unfilled, dollar, braces] = /\$([A-Za-z_]\w*)|\{([^{}]+)\}/.exec(text) ?? [];
  if (unfilled === undefined || type === 'file' || type === 'assignment') {
    return;
  }
  const name = dollar ?? braces.trim();
  throw new LineMistake(
    /^\w+$/.test(name)
      ? `${written} ${text}: plain cells have no variable ${name}.`
      : `${written} ${text}: that can not be evaluated in plain cells.`,
    span,
    'the variables of ranks are not known here'
  );
}

function setFlag(settings: ILineSettings, option: IOption): void {
  switch (option.key) {
    case 'fresh':
    case 'strict':
    case 'append':
    case 'help':
      settings[option.key] = true;
      break;
    default:
      break;
  }
}

function setValue(settings: ILineSettings, option: IOption, written: string, value: IValue): void {
  const { text, span } = value;
  switch (option.key) {
    case 'size':
      settings.size = readCount(text, written, span);
      break;
    case 'nodes':
      settings.nodes = readCount(text, written, span, 'node');
      break;
    case 'ranks':
      settings.ranks = readRanks(text, written, span);
      break;
    case 'world':
      settings.world = readWorldName(text, written, span);
      break;
    case 'timeout':
      settings.timeout = readSeconds(text, written, span);
      break;
    case 'view':
      settings.view = readChoice(text, VIEWS, written, span);
      break;
    case 'engine':
      settings.engine = readChoice(text, ENGINES, written, span);
      break;
    case 'env': {
      const [name, content] = readAssignment(text, written, span);
      settings.env[name] = content;
      break;
    }
    case 'save':
      settings.save = readFile(text, written, span);
      break;
    case 'onDeadlock':
      settings.onDeadlock = readChoice(text, ON_DEADLOCK, written, span);
      break;
    default:
      break;
  }
}

const VIEWS: readonly RunView[] = ['tabs', 'merged', 'grid'];
const ENGINES = ['local', 'mpiexec'] as const;
const ON_DEADLOCK = ['stop', 'wait'] as const;

function usage(option: IOption): string {
  return option.choices?.join(', ') ?? `${option.names[0]} ${option.metavar}`;
}

function checkRanks(settings: ILineSettings, spans: Map<OptionKey, ISpan>): void {
  const { size, ranks } = settings;
  if (size !== null && ranks !== null && ranks.at(-1)! >= size) {
    throw new LineMistake(
      `There is no rank ${ranks.at(-1)} among ${size}: ${range(size)}.`,
      spans.get('ranks')!
    );
  }
}

function checkNodes({ size, nodes, engine }: ILineSettings, spans: Map<OptionKey, ISpan>): void {
  if (nodes === null) {
    return;
  }
  if (size !== null && nodes > size) {
    throw new LineMistake(
      `${size} ${size === 1 ? 'rank' : 'ranks'} can not be on ${nodes} nodes: each needs one.`,
      spans.get('nodes')!,
      `--nodes takes 1 to ${size} here`
    );
  }
  if (nodes > 1 && engine === 'mpiexec') {
    throw new LineMistake(
      '--nodes needs ranks that Rankbook itself starts: mpiexec decides what a node is.',
      spans.get('nodes')!,
      'leave out --engine mpiexec'
    );
  }
}

function range(size: number): string {
  return size === 1 ? 'the only rank is 0' : `ranks go from 0 to ${size - 1}`;
}
