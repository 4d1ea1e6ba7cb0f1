/**
 * The options of the magics: one row each. The parser, the help, the completion and the
 * table in the documentation all come from here.
 */

/** A magic of ours as it is written. */
export type MagicName =
  | '%%mpirun'
  | '%mpirun'
  | '%%rank'
  | '%%ranks'
  | '%autompirun'
  | '%world'
  | '%%writefile'
  | '%%local';

/** How the value of an option is read. */
export type OptionType =
  /** No value. */
  | 'flag'
  /** A whole number from 1. */
  | 'count'
  /** `0,2-3`. */
  | 'ranks'
  /** A number of seconds above 0. */
  | 'seconds'
  | 'choice'
  /** `NAME=VALUE`. */
  | 'assignment'
  /** A name of letters, digits, `_`, `-` and `.`. */
  | 'name'
  | 'file'
  /** The word after it, and all that follow, are a module and its arguments. */
  | 'module'
  /** Other launchers' options: taken with their values, without effect. */
  | 'ignored';

/** What an option sets. */
export type OptionKey =
  | 'size'
  | 'nodes'
  | 'ranks'
  | 'fresh'
  | 'world'
  | 'timeout'
  | 'view'
  | 'engine'
  | 'env'
  | 'save'
  | 'strict'
  | 'onDeadlock'
  | 'module'
  | 'append'
  | 'help'
  | 'ignored';

export interface IOption {
  key: OptionKey;
  /** As written; the first is the one that help and completion show. */
  names: readonly string[];
  type: OptionType;
  /** The words that it may be, where its type is `choice`. */
  choices?: readonly string[];
  /** What stands for its value in the help; null where it takes none. */
  metavar: string | null;
  /** Values that it takes: 0 or 1, for some of the ignored ones 2. */
  values: 0 | 1 | 2;
  /** What holds without it, in words; null where that goes without saying. */
  default: string | null;
  help: string;
  /** The magics that take it. */
  magics: readonly MagicName[];
  /** Whether it may be given more than once. */
  repeatable?: boolean;
}

const WORLD_MAKERS: readonly MagicName[] = ['%%mpirun', '%mpirun', '%autompirun'];
const CELL_RUNS: readonly MagicName[] = ['%%mpirun', '%%rank', '%%ranks', '%autompirun'];
const ALL_RUNS: readonly MagicName[] = [...CELL_RUNS, '%mpirun'];

export const OPTIONS: readonly IOption[] = [
  {
    key: 'size',
    names: ['-n', '-np', '--n'],
    type: 'count',
    metavar: 'N',
    values: 1,
    default: 'those of the current world, else as set in the settings',
    help: 'Number of ranks.',
    magics: WORLD_MAKERS
  },
  {
    key: 'nodes',
    names: ['--nodes'],
    type: 'count',
    metavar: 'K',
    values: 1,
    default: 'those of the current world where -n is not given either, else 1',
    help: 'Let MPI see the ranks on K nodes, in blocks as even as can be: Split_type finds the ranks of a node, and messages between nodes go by TCP and not by shared memory. It is a world of its own.',
    magics: WORLD_MAKERS
  },
  {
    key: 'ranks',
    names: ['--ranks'],
    type: 'ranks',
    metavar: 'LIST',
    values: 1,
    default: 'all',
    help: 'Run on these ranks of the world only, such as 0,2-3.',
    magics: ['%%mpirun', '%autompirun']
  },
  {
    key: 'fresh',
    names: ['--fresh'],
    type: 'flag',
    metavar: null,
    values: 0,
    default: null,
    help: 'Stop the kept world first and start a new one: no variables of earlier cells. A program always has a fresh world.',
    magics: WORLD_MAKERS
  },
  {
    key: 'world',
    names: ['--world'],
    type: 'name',
    metavar: 'NAME',
    values: 1,
    default: 'the world kept for this number of ranks',
    help: 'Run on the world of this name; it is started where there is none.',
    magics: CELL_RUNS
  },
  {
    key: 'timeout',
    names: ['--timeout'],
    type: 'seconds',
    metavar: 'S',
    values: 1,
    default: 'never',
    help: 'Stop the run after S seconds.',
    magics: ALL_RUNS
  },
  {
    key: 'view',
    names: ['--view'],
    type: 'choice',
    choices: ['tabs', 'merged', 'grid'],
    metavar: 'VIEW',
    values: 1,
    default: 'as set in the settings',
    help: 'How to show the output: one tab a rank, all ranks in one, or side by side.',
    magics: ALL_RUNS
  },
  {
    key: 'engine',
    names: ['--engine'],
    type: 'choice',
    choices: ['local', 'mpiexec'],
    metavar: 'ENGINE',
    values: 1,
    default: 'local',
    help: 'How to start the ranks: by Rankbook itself on this machine, or by mpiexec.',
    magics: WORLD_MAKERS
  },
  {
    key: 'env',
    names: ['--env', '-x'],
    type: 'assignment',
    metavar: 'NAME=VALUE',
    values: 1,
    default: null,
    help: 'Set an environment variable on the ranks; may be given several times.',
    magics: WORLD_MAKERS,
    repeatable: true
  },
  {
    key: 'save',
    names: ['--save'],
    type: 'file',
    metavar: 'FILE',
    values: 1,
    default: null,
    help: 'Write the whole output to this file too.',
    magics: ALL_RUNS
  },
  {
    key: 'strict',
    names: ['--strict'],
    type: 'flag',
    metavar: null,
    values: 0,
    default: null,
    help: 'Make every standard send wait for its receive: shows code that works only thanks to buffering.',
    magics: ALL_RUNS
  },
  {
    key: 'onDeadlock',
    names: ['--on-deadlock'],
    type: 'choice',
    choices: ['stop', 'wait'],
    metavar: 'WHAT',
    values: 1,
    default: 'stop',
    help: 'After a deadlock has been explained, stop the run, or leave it waiting.',
    magics: ALL_RUNS
  },
  {
    key: 'module',
    names: ['-m'],
    type: 'module',
    metavar: 'MODULE',
    values: 1,
    default: null,
    help: 'Run a Python module as a program; what follows are its arguments.',
    magics: ['%mpirun']
  },
  {
    key: 'append',
    names: ['-a', '--append'],
    type: 'flag',
    metavar: null,
    values: 0,
    default: 'overwrite',
    help: 'Add the cell to the end of the file.',
    magics: ['%%writefile']
  },
  {
    key: 'help',
    names: ['--help', '-h'],
    type: 'flag',
    metavar: null,
    values: 0,
    default: null,
    help: 'Show this help.',
    magics: [...ALL_RUNS, '%world', '%%local']
  },
  ignored(0, null, ['--allow-run-as-root']),
  ignored(0, null, ['--oversubscribe', '--nooversubscribe']),
  ignored(0, null, ['--use-hwthread-cpus', '--use-hwthreads']),
  ignored(1, 'X', ['--bind-to']),
  ignored(1, 'X', ['--map-by']),
  ignored(1, 'X', ['--rank-by']),
  ignored(1, 'X', ['-host', '--hosts', '-H']),
  ignored(1, 'X', ['--hostfile', '-machinefile', '-f']),
  ignored(1, 'X', ['-ppn', '--npernode', '--perhost']),
  ignored(0, null, ['--report-bindings', '--display-map', '--display-allocation']),
  ignored(0, null, ['--prepend-rank', '-l', '--tag-output']),
  ignored(0, null, ['--quiet', '-q', '--verbose', '-v']),
  ignored(2, 'X Y', ['--mca', '--prtemca', '--pmixmca'])
];

function ignored(values: 0 | 1 | 2, metavar: string | null, names: string[]): IOption {
  return {
    key: 'ignored',
    names,
    type: 'ignored',
    metavar,
    values,
    default: null,
    help: 'Accepted and ignored, so that lines written for other launchers work.',
    magics: WORLD_MAKERS,
    repeatable: true
  };
}

/** The options that a magic takes, in the table's order. */
export function optionsOf(magic: MagicName): IOption[] {
  return OPTIONS.filter(option => option.magics.includes(magic));
}

/**
 * The option written so, of any magic. One and two dashes are the same: launchers differ
 * in it (`-host` and `--host`, `-np` and `--np`).
 */
export function findOption(written: string): IOption | null {
  return BY_NAME.get(written.replace(/^--?/, '')) ?? null;
}

/**
 * Whether a word looks like an option: a letter behind one or two dashes, the longer ones of
 * typesetters included, which come along when a line is pasted from a text.
 */
export function looksLikeOption(text: string): boolean {
  return /^[-\u2013\u2014\u2212]{1,2}[A-Za-z]/.test(text);
}

export function withoutDashes(written: string): string {
  return written.replace(/^[-\u2013\u2014\u2212]{1,2}/, '');
}

const BY_NAME = new Map<string, IOption>(
  OPTIONS.flatMap(option =>
    option.names.map(name => [withoutDashes(name), option] as [string, IOption])
  )
);
