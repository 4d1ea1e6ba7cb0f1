import { bodyStart, findHead, mayBeOurs, withoutHead, type IHead } from './head.js';
import { helpText } from './help.js';
import { findMagic } from './magics.js';
import { findMisplaced } from './misplaced.js';
import { toMistake, LineMistake } from './mistake.js';
import type { MagicName } from './options.js';
import type { CellPlan } from './plan.js';
import { planCall, type ICall } from './plans.js';
import { readShellLine } from './shell.js';

const DELEGATE: CellPlan = { kind: 'delegate' };

/**
 * What a cell asks for.
 *
 * A cell is ours where its first line that is not empty is one of our magics, or where it
 * is nothing but one line `%mpirun ...`, `!mpiexec ...` and the like; any other is the
 * delegate's. So is a line that IPython must fill in first (`{n}`, `$n`): the delegate's
 * own magics of the same names call back then, see {@link parseMagicCall}.
 *
 * @param source the cell.
 * @param auto the options of the `%autompirun` in force, or null: plain cells become runs.
 */
export function parseCell(source: string, auto: string | null): CellPlan {
  if (auto === null && !mayBeOurs(source)) {
    return signless(source) ?? misplaced(source, 0) ?? DELEGATE;
  }
  const head = findHead(source);
  if (head === null) {
    return DELEGATE;
  }
  const line = head.line.trim();
  const asked = helpRequest(line);
  if (asked !== null && (head.alone || asked.startsWith('%%'))) {
    return { kind: 'help', text: helpText(asked) };
  }
  if (line.startsWith('%%')) {
    return planCellMagic(source, head);
  }
  const below = misplaced(source, head.start);
  if (below !== null) {
    return below;
  }
  if (line.startsWith('%')) {
    const plan = planLineMagic(source, head);
    if (plan !== null) {
      return plan;
    }
  }
  if (line.startsWith('!') && head.alone) {
    const plan = readShellLine(head.line, head.lineNumber, false);
    if (plan !== null) {
      return plan;
    }
  }
  return auto === null || staysLocal(source) ? DELEGATE : planAutomatic(source, auto);
}

/**
 * What one of our magics asks for that the delegate met within its Python: in the middle of
 * a cell, below another magic, or with variables to fill in.
 *
 * @param magic as written, `%mpirun` or `%%mpirun`.
 * @param line what stands behind its name, variables filled in.
 * @param body the lines below it for a cell magic, else null.
 * @returns a mistake where `magic` is none of ours.
 */
export function parseMagicCall(magic: string, line: string, body: string | null): CellPlan {
  const flat = line.replace(/\s*\n\s*/g, ' ');
  const whole = `${magic} ${flat}`.trimEnd();
  const known = findMagic(magic);
  if (known === null) {
    const mistake = new LineMistake(`There is no magic ${magic}.`, { column: 0, length: 1 });
    return { kind: 'mistake', mistake: toMistake(mistake, whole, 1) };
  }
  return planCall({
    magic: known.name,
    line: whole,
    lineNumber: 1,
    nameStart: 0,
    nameEnd: magic.length,
    source: `\n${body ?? ''}`,
    body: body ?? ''
  });
}

/**
 * What a shell line `mpiexec ...` asks for that the delegate met, variables filled in; what only
 * the shell can do is the delegate's.
 */
export function parseShellCall(command: string): CellPlan {
  return readShellLine(`!${command}`, 1, true) ?? DELEGATE;
}

/** `%%mpirun?`, `?%%mpirun`, `%mpirun??` and the like; null for anything else. */
function helpRequest(line: string): MagicName | null {
  const match = /^(?:\?{1,2}\s*(%%?\w+)|(%%?\w+)\s*\?{1,2})$/.exec(line);
  const written = match?.[1] ?? match?.[2];
  // IPython's own magic has its own help.
  if (written === undefined || FILE_MAGICS.has(written)) {
    return null;
  }
  return findMagic(written)?.name ?? null;
}

const FILE_MAGICS = new Set(['%%writefile', '%%file']);

const CELL_RUNS: readonly MagicName[] = ['%%mpirun', '%%rank', '%%ranks'];

function planCellMagic(source: string, head: IHead): CellPlan {
  const call = callOf(source, head);
  if (call === null) {
    const apart = /^\s*%%\s+(mpirun|ranks?)(?:\s|$)/.exec(head.line)?.[1];
    if (apart !== undefined) {
      return mistakeAt(head, `%% and ${apart} belong together.`, `write %%${apart}`);
    }
    const wrong = /^\s*%(%(?:world|autompirun))(?:\s|$)/.exec(head.line);
    return wrong === null
      ? DELEGATE
      : mistakeAt(head, `%${wrong[1]} does not take a cell.`, `write ${wrong[1]} with one %`);
  }
  if (head.commented) {
    return mistakeAt(
      head,
      `${call.magic} must be the first line of its cell.`,
      'move the comment below it'
    );
  }
  if (needsIPython(head.line)) {
    return DELEGATE;
  }
  // IPython has its own words for a file magic without a cell.
  if (call.magic === '%%writefile' && (call.body === '' || /^\s/.test(head.line))) {
    return DELEGATE;
  }
  return (CELL_RUNS.includes(call.magic) ? misplacedInBody(source, head) : null) ?? planCall(call);
}

/** A second `%%mpirun` in a cell; the text of another magic may hold one. */
function misplacedInBody(source: string, head: IHead): CellPlan | null {
  const start = bodyStart(source, head);
  const body = findHead(source.slice(start))?.line.trim() ?? '';
  const isText = body.startsWith('%%') && !/^%%(?:mpirun|ranks?)(?:\s|$)/.test(body);
  return isText ? null : misplaced(source, start);
}

function misplaced(source: string, from: number): CellPlan | null {
  const found = findMisplaced(source, from);
  return found === null
    ? null
    : mistakeAt(
        found,
        `${found.magic} must be the first line of its cell.`,
        'move it to the top, or what follows to a cell of its own'
      );
}

/** Number of ranks behind the name of a launcher, which can be no Python. */
const SIGNLESS = /^\s*mpi(?:run|exec)\s+--?np?[\s=]*\d/;

/** `mpirun -n 4` as in a terminal. Alone, IPython takes it for the magic of the same name. */
function signless(source: string): CellPlan | null {
  const head = SIGNLESS.test(source) ? findHead(source) : null;
  if (head === null || (head.alone && head.line.trimStart().startsWith('mpirun'))) {
    return null;
  }
  const name = head.line.trim().split(/\s/, 1)[0];
  return head.alone
    ? mistakeAt(
        head,
        'In a notebook a program runs on ranks with %mpirun.',
        `write %mpirun, or !${name}`
      )
    : mistakeAt(head, 'In a notebook a cell on ranks begins with %%mpirun.', 'write %%mpirun');
}

/** Null: none of ours. */
function planLineMagic(source: string, head: IHead): CellPlan | null {
  const call = callOf(source, head);
  if (call === null) {
    const wrong = /^\s*(%ranks?)\s+\d/.exec(head.line);
    return wrong === null
      ? null
      : mistakeAt(head, `${wrong[1]} takes a cell.`, `write %${wrong[1]} with two %`);
  }
  if (needsIPython(head.line)) {
    return DELEGATE;
  }
  const plan = planCall(call);
  if (head.alone) {
    return plan;
  }
  if (call.magic === '%autompirun') {
    return plan.kind === 'mistake'
      ? plan
      : mistakeAt(head, '%autompirun stands alone in its cell.', 'give it a cell of its own');
  }
  // A slip is told at once, with the line of the cell; else Python has its turn with it.
  return plan.kind === 'mistake' && !head.line.endsWith('\\') ? plan : DELEGATE;
}

function planAutomatic(source: string, auto: string): CellPlan {
  const name = '%autompirun';
  const line = `${name} ${auto}`.trimEnd();
  const plan = planCall({
    magic: '%%mpirun',
    line,
    lineNumber: 1,
    nameStart: 0,
    nameEnd: name.length,
    source,
    body: source
  });
  return plan;
}

/** Cells of shell lines and package managers only: once is enough, whatever the ranks. */
function staysLocal(source: string): boolean {
  return source
    .replace(/\\\r?\n/g, ' ')
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '' && !line.startsWith('#'))
    .every(line => /^!|^%(?:pip|conda|mamba|uv|autompirun|world|mpirun)(?:\s|$)/.test(line));
}

/** The call of one of our magics in the head of a cell; null where there is none. */
export function callOf(source: string, head: IHead): ICall | null {
  const match = /^(\s*)(%%?[^\s%?]+)(?=\s|$)/.exec(head.line);
  const written = match?.[2] === '%%file' ? '%%writefile' : match?.[2];
  const magic = written === undefined ? null : findMagic(written);
  if (match === null || magic === null) {
    return null;
  }
  const nameStart = match[1].length;
  const below = source.slice(bodyStart(source, head));
  return {
    magic: magic.name,
    line: head.line,
    lineNumber: head.lineNumber,
    nameStart,
    nameEnd: nameStart + match[2].length,
    source: withoutHead(source, head),
    body: below === '' || below.endsWith('\n') ? below : `${below}\n`
  };
}

/** Whether IPython would put values of Python variables into the line. */
function needsIPython(line: string): boolean {
  return /\{[^{}]+\}|\$[A-Za-z_{]/.test(line);
}

function mistakeAt(
  head: Pick<IHead, 'line' | 'lineNumber'>,
  message: string,
  hint: string
): CellPlan {
  const column = /^\s*/.exec(head.line)![0].length;
  const length = /^\S*/.exec(head.line.slice(column))![0].length;
  const mistake = new LineMistake(message, { column, length }, hint);
  return { kind: 'mistake', mistake: toMistake(mistake, head.line, head.lineNumber) };
}
