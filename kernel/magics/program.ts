import type { IRunSpec } from '../runs/spec.js';
import { LineMistake, type ISpan } from './mistake.js';
import type { IParsedLine } from './line.js';
import type { IWord } from './words.js';

type ProgramWork = Extract<IRunSpec['work'], { kind: 'program' }>;

/**
 * The program that a line of `%mpirun` names: a Python file, a module, or any executable.
 * `python` before a Python file or `-m` is dropped, since ranks are this Python already;
 * with other options of the interpreter it is an executable as any.
 *
 * @param magic where the name of the magic stands, for the mistake of having no program.
 */
export function readProgram(parsed: IParsedLine, magic: ISpan): ProgramWork {
  refuseShell(parsed.rest);
  const argv = parsed.rest.map(word => word.text);
  if (parsed.settings.module) {
    return { kind: 'program', form: 'module', argv };
  }
  const first = parsed.rest[0];
  if (first === undefined) {
    throw new LineMistake(
      'Which program?',
      magic,
      'a program stands behind the options; to run the code of a cell, write %%mpirun'
    );
  }
  if (first.text === '') {
    throw new LineMistake('The name of the program is empty.', first);
  }
  if (!/^python(3(\.\d+)?)?$/.test(first.text)) {
    return { kind: 'program', form: first.text.endsWith('.py') ? 'path' : 'executable', argv };
  }
  const second = argv[1];
  if (second === undefined) {
    throw new LineMistake(`Which program shall ${first.text} run?`, first);
  }
  if (second === '-m') {
    if (argv[2] === undefined) {
      throw new LineMistake('-m needs the name of a module.', parsed.rest[1]);
    }
    return { kind: 'program', form: 'module', argv: argv.slice(2) };
  }
  if (second.startsWith('-')) {
    return { kind: 'program', form: 'executable', argv };
  }
  return { kind: 'program', form: 'path', argv: argv.slice(1) };
}

const SHELL_WORD = /^(?:\d?>{1,2}.*|&>{1,2}.*|<|\||\|\||&|&&|;)$/;

/** Each program would get them as arguments, which nobody means. */
function refuseShell(rest: readonly IWord[]): void {
  const word = rest.find(each => !each.quoted && SHELL_WORD.test(each.text));
  if (word !== undefined) {
    throw new LineMistake(
      `%mpirun is no shell: it does not know '${word.text}'.`,
      word,
      word.text.includes('>')
        ? '--save FILE before the program writes the output to a file; an argument stands in quotes'
        : 'for pipes and the like, write !mpiexec ...; an argument stands in quotes'
    );
  }
}
