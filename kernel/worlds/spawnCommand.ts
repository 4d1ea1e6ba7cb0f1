/**
 * `MPI_Comm_spawn` as a rank asks its process manager for it. Source: MPICH,
 * src/pmi/src/pmi_v1.c. The command is the only one of several lines, each `key=value` with the
 * value as it is up to the end of the line:
 *
 *     mcmd=spawn
 *     nprocs=2
 *     execname=python
 *     totspawns=1
 *     spawnssofar=1
 *     argcnt=1
 *     arg1=worker.py
 *     preput_num=1
 *     preput_key_0=PARENT_ROOT_PORT_NAME
 *     preput_val_0=...
 *     info_num=1
 *     info_key_0=wdir
 *     info_val_0=/tmp
 *     endcmd
 *
 * `MPI_Comm_spawn_multiple` sends `totspawns` such blocks and awaits one answer.
 */

/** How many processes are to run what. */
export interface ISpawnProgram {
  size: number;
  argv: string[];
  /** `wdir` of the info; null: where the rank is that spawns. */
  cwd: string | null;
}

export interface ISpawnCommand {
  programs: ISpawnProgram[];
  /** Keys that the new world finds in its key-value space. */
  preputs: Map<string, string>;
}

const FIRST_LINE = 'mcmd=spawn';

const KEY =
  /^(nprocs|execname|totspawns|spawnssofar|argcnt|arg\d+|(?:preput|info)_(?:num|(?:key|val)_\d+))=/;

/** A command of more is refused: no system starts a program with so many arguments. */
const MAX_LINES = 65536;
const MAX_CHARACTERS = 4 << 20;

/** Of a command that will be refused, what tells its last block from others. */
const NUMBERS_OF_BLOCKS = new Set(['totspawns', 'spawnssofar']);

/** Whether a line begins a spawn command. */
export function beginsSpawn(line: string): boolean {
  return line === FIRST_LINE;
}

/** Puts the lines of one rank's spawn command together. */
export class SpawnReader {
  readonly #programs: ISpawnProgram[] = [];
  readonly #preputs = new Map<string, string>();
  #fields = new Map<string, string>();
  #last: string | null = null;
  #lines = 0;
  #characters = 0;
  /** Why the command will be refused, when all of it is here. */
  #fault: string | null = null;

  /**
   * Take a line behind {@link beginsSpawn}'s. The command, when it is complete; null before.
   * @throws RangeError at the end of a command that is too long or makes no sense; its message
   *   is for the user.
   */
  push(line: string): ISpawnCommand | null {
    if (line === 'endcmd') {
      return this.#endBlock();
    }
    if (beginsSpawn(line)) {
      return null;
    }
    this.#characters += line.length;
    if (++this.#lines > MAX_LINES || this.#characters > MAX_CHARACTERS) {
      this.#fault ??=
        'the arguments take more than 4 MB or 65536 lines; a file or a message can be longer';
    }
    const key = KEY.exec(line)?.[1];
    if (this.#fault !== null && !NUMBERS_OF_BLOCKS.has(key ?? '')) {
      return null;
    }
    if (key !== undefined) {
      this.#fields.set(key, line.slice(key.length + 1));
      this.#last = key;
    } else if (this.#last !== null) {
      // An argument of several lines, such as a program behind `-c`.
      this.#fields.set(this.#last, `${this.#fields.get(this.#last)}\n${line}`);
    }
    return null;
  }

  #endBlock(): ISpawnCommand | null {
    const fields = this.#fields;
    this.#fields = new Map();
    this.#last = null;
    const size = Number(fields.get('nprocs'));
    const program = fields.get('execname') ?? '';
    if (!Number.isInteger(size) || size < 0 || program === '') {
      this.#fault ??= 'it names no program or no number of processes';
    }
    const isLast = fields.get('spawnssofar') === fields.get('totspawns');
    if (this.#fault !== null) {
      if (isLast) {
        throw new RangeError(this.#fault);
      }
      return null;
    }
    const count = countOf(fields, 'argcnt');
    const args = Array.from({ length: count }, (_, i) => fields.get(`arg${i + 1}`) ?? '');
    const info = new Map(pairs(fields, 'info'));
    this.#programs.push({ size, argv: [program, ...args], cwd: info.get('wdir') ?? null });
    pairs(fields, 'preput').forEach(([key, value]) => this.#preputs.set(key, value));
    return isLast ? { programs: this.#programs, preputs: this.#preputs } : null;
  }
}

function countOf(fields: Map<string, string>, key: string): number {
  return Math.min(Number(fields.get(key) ?? 0) || 0, MAX_LINES);
}

function pairs(fields: Map<string, string>, kind: 'preput' | 'info'): [string, string][] {
  const count = countOf(fields, `${kind}_num`);
  return Array.from({ length: count }, (_, i) => [
    fields.get(`${kind}_key_${i}`) ?? '',
    fields.get(`${kind}_val_${i}`) ?? ''
  ]);
}
