import type { IRunSpec } from '../runs/spec.js';
import { helpText } from './help.js';
import { parseOptions, type ILineSettings, type IParsedLine } from './line.js';
import { LineMistake, toMistake, type ISpan } from './mistake.js';
import { nearest } from './nearest.js';
import type { MagicName } from './options.js';
import type { CellPlan } from './plan.js';
import { readProgram } from './program.js';
import { readRanks } from './values.js';
import { IPYTHON_RULES, SHELL_RULES, splitWords, type IWord } from './words.js';

/** A magic's line with what belongs to it. */
export interface ICall {
  magic: MagicName;
  /** The whole line as written. */
  line: string;
  lineNumber: number;
  /** Code point at which the name of the magic begins, and behind it. */
  nameStart: number;
  nameEnd: number;
  /** Source of the cell with the magic's line made empty; for a line magic it is unused. */
  source: string;
  /** For `%%writefile`: what is written. */
  body: string;
}

/** What a call of one of our magics asks for. Never throws. */
export function planCall(call: ICall): CellPlan {
  try {
    return PLANNERS[call.magic](call);
  } catch (error) {
    if (error instanceof LineMistake) {
      return { kind: 'mistake', mistake: toMistake(error, call.line, call.lineNumber) };
    }
    throw error;
  }
}

const PLANNERS: { [magic in MagicName]: (call: ICall) => CellPlan } = {
  '%%mpirun': planCellRun,
  '%mpirun': planProgram,
  '%%rank': planSomeRanks,
  '%%ranks': planSomeRanks,
  '%autompirun': planAuto,
  '%world': planWorld,
  '%%writefile': planWriteFile,
  '%%local': planLocal
};

function planCellRun(call: ICall): CellPlan {
  const parsed = parse(call);
  if (parsed.settings.help) {
    return help(call);
  }
  refuseWords(parsed, call);
  return run(call, parsed.settings, { kind: 'cell', source: call.source });
}

function planProgram(call: ICall): CellPlan {
  const parsed = parse(call);
  if (parsed.settings.help) {
    return help(call);
  }
  const work = readProgram(parsed, nameSpan(call));
  return run(call, { ...parsed.settings, fresh: true }, work);
}

function planSomeRanks(call: ICall): CellPlan {
  const parsed = parse(call);
  if (parsed.settings.help) {
    return help(call);
  }
  const one = call.magic === '%%rank';
  const [word, surplus] = parsed.rest;
  if (word === undefined) {
    throw new LineMistake(
      one ? '%%rank needs the number of a rank.' : '%%ranks needs a list of ranks.',
      nameSpan(call),
      one ? 'for example %%rank 0' : 'for example %%ranks 0,2-3'
    );
  }
  if (surplus !== undefined) {
    const listed = parsed.rest.every(each => /^\d+,?$/.test(each.text));
    const list = parsed.rest.map(each => each.text.replace(',', '')).join(',');
    throw new LineMistake(
      `${call.magic} does not know what '${surplus.text}' is.`,
      surplus,
      listed ? `did you mean %%ranks ${list}?` : undefined
    );
  }
  const ranks = readRanks(word.text, call.magic, word);
  if (one && ranks?.length !== 1) {
    throw new LineMistake('%%rank takes one rank.', word, `did you mean %%ranks ${word.text}?`);
  }
  return run(call, { ...parsed.settings, ranks }, { kind: 'cell', source: call.source });
}

function planAuto(call: ICall): CellPlan {
  const parsed = parse(call);
  if (parsed.settings.help) {
    return help(call);
  }
  const [word] = parsed.rest;
  if (word?.text === 'off' && parsed.rest.length === 1 && parsed.spans.size === 0) {
    return { kind: 'auto', options: null };
  }
  if (word !== undefined) {
    const near = nearest(word.text, ['off']);
    throw new LineMistake(
      word.text === 'off'
        ? '%autompirun off takes no options.'
        : `%autompirun does not know what '${word.text}' is.`,
      word,
      near !== null && word.text !== 'off' ? 'did you mean off?' : numberHint(word)
    );
  }
  return { kind: 'auto', options: behindName(call).trim() };
}

export const WORLD_ACTIONS = ['list', 'stop', 'restart', 'layer'] as const;

function planWorld(call: ICall): CellPlan {
  const parsed = parse(call);
  if (parsed.settings.help) {
    return help(call);
  }
  const [word, name, surplus] = parsed.rest;
  if (word === undefined) {
    return { kind: 'world', action: 'list', name: null };
  }
  const action = WORLD_ACTIONS.find(each => each === word.text);
  if (action === undefined) {
    const near = nearest(word.text, WORLD_ACTIONS);
    throw new LineMistake(
      `%world can list, stop and restart worlds and switch the layer, not '${word.text}'.`,
      word,
      near !== null
        ? `did you mean ${near}?`
        : /^\d+$/.test(word.text)
          ? `to run a cell on ${word.text} ranks, write %%mpirun -n ${word.text}`
          : undefined
    );
  }
  if (surplus !== undefined) {
    throw new LineMistake(
      `%world ${action} takes one ${action === 'layer' ? 'word' : 'name'} at most.`,
      surplus
    );
  }
  if (action === 'layer') {
    return { kind: 'world', action, on: readSwitch(name) };
  }
  return { kind: 'world', action, name: name?.text ?? null };
}

/** `on` or `off`; null where nothing is said. */
function readSwitch(word: IWord | undefined): boolean | null {
  if (word === undefined) {
    return null;
  }
  if (word.text !== 'on' && word.text !== 'off') {
    const near = nearest(word.text, ['on', 'off']);
    throw new LineMistake(
      `%world layer is on or off, not '${word.text}'.`,
      word,
      near === null ? undefined : `did you mean ${near}?`
    );
  }
  return word.text === 'on';
}

function planWriteFile(call: ICall): CellPlan {
  const parsed = parse(call);
  const [file, surplus] = parsed.rest;
  if (file === undefined || file.text === '') {
    throw new LineMistake(
      '%%writefile needs the name of a file.',
      file ?? nameSpan(call),
      'for example %%writefile hello.py'
    );
  }
  if (surplus !== undefined) {
    throw new LineMistake(
      '%%writefile takes one file.',
      surplus,
      'a name with blanks stands in quotes'
    );
  }
  return { kind: 'writefile', file: file.text, append: parsed.settings.append, body: call.body };
}

function planLocal(call: ICall): CellPlan {
  const parsed = parse(call);
  if (parsed.settings.help) {
    return help(call);
  }
  const [word] = parsed.rest;
  if (word !== undefined) {
    throw new LineMistake(`%%local takes no '${word.text}': its code stands below.`, word);
  }
  return { kind: 'delegate' };
}

function parse(call: ICall): IParsedLine {
  const rules = call.magic === '%%writefile' ? IPYTHON_RULES : SHELL_RULES;
  const { words, open } = splitWords(call.line, call.nameEnd, rules);
  if (open !== null) {
    throw new LineMistake(
      open.what === 'quote'
        ? 'This quote is never closed.'
        : 'Nothing follows the backslash at the end of the line.',
      { column: open.column, length: 1 },
      open.what === 'quote' ? undefined : 'a magic is one line'
    );
  }
  return parseOptions(words, call.magic);
}

function run(call: ICall, settings: ILineSettings, work: IRunSpec['work']): CellPlan {
  const kept = settings.world !== null && /^\d+$/.test(settings.world);
  return {
    kind: 'run',
    spec: {
      command: call.line.trim(),
      world: {
        size: kept ? sizeOfName(call, settings) : settings.size,
        nodes: settings.nodes,
        name: kept ? null : settings.world,
        fresh: settings.fresh,
        engine: settings.engine,
        env: settings.env
      },
      ranks: settings.ranks,
      timeout: settings.timeout,
      view: settings.view,
      save: settings.save,
      strict: settings.strict,
      onDeadlock: settings.onDeadlock,
      work
    }
  };
}

/** `--world 4`: the world kept for 4 ranks, whose name is its size. */
function sizeOfName(call: ICall, settings: ILineSettings): number {
  const size = Number(settings.world);
  if (size < 1 || size > 65536 || (settings.size !== null && settings.size !== size)) {
    throw new LineMistake(
      `The world named ${settings.world} is the one of ${settings.world} ranks.`,
      nameSpan(call),
      'a name that is no number can have any size'
    );
  }
  return size;
}

function refuseWords(parsed: IParsedLine, call: ICall): void {
  const [word] = parsed.rest;
  if (word !== undefined) {
    throw new LineMistake(
      `${call.magic} does not know what '${word.text}' is.`,
      word,
      numberHint(word) ?? programHint(parsed.rest)
    );
  }
}

function numberHint(word: IWord): string | undefined {
  const number = /^(?:np?=)?(\d+)$/i.exec(word.text)?.[1];
  return number === undefined ? undefined : `did you mean -n ${number}?`;
}

function programHint(rest: IWord[]): string {
  return rest.some(word => /\.py$|^python|\//.test(word.text))
    ? 'to run a program, write %mpirun with one %'
    : 'the code of the cell begins on the next line';
}

function help(call: ICall): CellPlan {
  return { kind: 'help', text: helpText(call.magic) };
}

function nameSpan(call: ICall): ISpan {
  return { column: call.nameStart, length: call.nameEnd - call.nameStart };
}

function behindName(call: ICall): string {
  return Array.from(call.line).slice(call.nameEnd).join('');
}
