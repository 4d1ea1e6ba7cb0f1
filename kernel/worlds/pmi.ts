/**
 * The server's side of MPICH's process manager interface, version 1.1: how ranks of a world
 * find each other in `MPI_Init`. Source: MPICH, src/pmi/src/pmi_v1.c (client) and
 * src/pmi/maint/pmi-1.1.txt. A line is `cmd=name key=value ...`; each has one reply, but
 * `abort`, which has none, and `barrier_in`, answered to all when all have come.
 */

import { beginsSpawn, SpawnReader, type ISpawnCommand } from './spawnCommand.js';

/** As other servers have them: some clients do not handle larger values. */
const MAXES = { kvsname_max: 256, keylen_max: 64, vallen_max: 1024 };

/** A client sends a few keys a rank; far more is a mistake. */
const MAX_KEYS = 65536;

/** Longest line of a client, bytes. */
export const PMI_LINE_LIMIT = 16384;

export interface IPmiOptions {
  size: number;
  /**
   * Name of the key-value space. Unique on the machine: MPICH names the shared memory of a
   * world by it, and two of one name would write into each other's.
   */
  kvsname: string;
  /** Nodes that MPI shall see the ranks on, in blocks: to teach with. */
  nodes?: number;
  /** Of a world that was spawned: the keys that it finds there. */
  preputs?: ReadonlyMap<string, string>;
  /** Which of the programs of `MPI_Comm_spawn_multiple` a rank runs; absent: there is one. */
  programs?: readonly number[];
  /** Names of MPI_Publish_name, shared by the worlds of a kernel. */
  names: Map<string, string>;
}

/** What follows from a line. */
export interface IPmiResult {
  /** Lines to send, without newline. */
  replies: { rank: number; line: string }[];
  /** `MPI_Abort` was called with this code. */
  abort?: number;
  /** `MPI_Comm_spawn` was called: the answer, {@link spawnResult}, is for others to give. */
  spawn?: ISpawnCommand;
  /** It was called, and has been answered with a refusal: why, for the user. */
  refused?: string;
  /** A rank that was spawned is about to connect to those that have spawned it. */
  connects?: boolean;
}

type Fields = Map<string, string>;

/** State of one world. Pure: lines in, lines out. */
export class PmiServer {
  readonly #options: IPmiOptions;
  readonly #values = new Map<string, string>();
  readonly #waiting = new Set<number>();
  /** Lines of a spawn command that has begun, by rank. */
  readonly #spawns = new Map<number, SpawnReader>();

  constructor(options: IPmiOptions) {
    this.#options = options;
    this.#values.set('PMI_process_mapping', processMapping(options.size, options.nodes ?? 1));
    options.preputs?.forEach((value, key) => this.#values.set(key, value));
  }

  /** Handle a line of a rank, without its newline. */
  receive(rank: number, line: string): IPmiResult {
    const begun = this.#spawns.get(rank);
    if (begun) {
      return this.#spawn(rank, begun, line);
    }
    if (beginsSpawn(line)) {
      this.#spawns.set(rank, new SpawnReader());
      return { replies: [] };
    }
    const fields = parsePmiLine(line);
    const command = fields.get('cmd');
    return command === undefined ? { replies: [] } : this.#answer(rank, command, fields);
  }

  #answer(rank: number, command: string, fields: Fields): IPmiResult {
    const { size, kvsname, programs } = this.#options;
    switch (command) {
      case 'init':
        // Subversion 1: barriers of all ranks, whole lines.
        return reply(rank, 'response_to_init', { pmi_version: 1, pmi_subversion: 1, rc: 0 });
      case 'get_maxes':
        return reply(rank, 'maxes', { ...MAXES, rc: 0 });
      case 'get_appnum':
        return reply(rank, 'appnum', { appnum: programs?.[rank] ?? 0, rc: 0 });
      case 'get_my_kvsname':
        return reply(rank, 'my_kvsname', { kvsname, rc: 0 });
      case 'get_universe_size':
        return reply(rank, 'universe_size', { size, rc: 0 });
      case 'get':
        return this.#get(rank, fields);
      case 'put':
        return this.#put(rank, fields);
      case 'barrier_in':
        return this.#barrier(rank);
      case 'publish_name':
      case 'unpublish_name':
      case 'lookup_name':
        return this.#name(rank, command, fields);
      case 'finalize':
        return reply(rank, 'finalize_ack', { rc: 0 });
      case 'abort':
        return { replies: [], abort: Number(fields.get('exitcode') ?? 1) || 0 };
      default:
        return reply(rank, `${command}_result`, { rc: -1, msg: 'unknown_command' });
    }
  }

  #spawn(rank: number, reader: SpawnReader, line: string): IPmiResult {
    try {
      const spawn = reader.push(line);
      if (spawn === null) {
        return { replies: [] };
      }
      this.#spawns.delete(rank);
      return { replies: [], spawn };
    } catch (error) {
      this.#spawns.delete(rank);
      return {
        replies: [{ rank, line: spawnResult(false) }],
        refused: (error as Error).message
      };
    }
  }

  #get(rank: number, fields: Fields): IPmiResult {
    const key = fields.get('key') ?? '';
    const value = this.#values.get(key);
    if (value !== undefined && this.#options.preputs?.has(key)) {
      return { ...reply(rank, 'get_result', { rc: 0, msg: 'success', value }), connects: true };
    }
    return value === undefined
      ? reply(rank, 'get_result', { rc: -1, msg: 'key_not_found', value: 'unknown' })
      : reply(rank, 'get_result', { rc: 0, msg: 'success', value });
  }

  #put(rank: number, fields: Fields): IPmiResult {
    const key = fields.get('key');
    const value = fields.get('value') ?? '';
    if (key === undefined || key.length > MAXES.keylen_max || value.length > MAXES.vallen_max) {
      return reply(rank, 'put_result', { rc: -1, msg: 'invalid_key_or_value' });
    }
    if (this.#values.has(key) || this.#values.size >= MAX_KEYS) {
      return reply(rank, 'put_result', { rc: -1, msg: 'duplicate_key_or_too_many' });
    }
    this.#values.set(key, value);
    return reply(rank, 'put_result', { rc: 0, msg: 'success' });
  }

  #barrier(rank: number): IPmiResult {
    this.#waiting.add(rank);
    if (this.#waiting.size < this.#options.size) {
      return { replies: [] };
    }
    const replies = [...this.#waiting].map(to => ({ rank: to, line: 'cmd=barrier_out rc=0' }));
    this.#waiting.clear();
    return { replies };
  }

  #name(rank: number, command: string, fields: Fields): IPmiResult {
    const { names } = this.#options;
    const service = fields.get('service') ?? '';
    const port = names.get(service);
    const result = command.replace('_name', '_result');
    if (command === 'publish_name') {
      if (port !== undefined || names.size >= MAX_KEYS) {
        return reply(rank, result, { rc: -1, msg: 'duplicate_service' });
      }
      names.set(service, fields.get('port') ?? '');
      return reply(rank, result, { rc: 0, info: 'ok' });
    }
    if (port === undefined) {
      return reply(rank, result, { rc: -1, msg: 'service_not_found' });
    }
    if (command === 'unpublish_name') {
      names.delete(service);
      return reply(rank, result, { rc: 0, info: 'ok' });
    }
    return reply(rank, result, { rc: 0, info: 'ok', port });
  }
}

/** The answer to a spawn command. */
export function spawnResult(started: boolean): string {
  return started ? 'cmd=spawn_result rc=0' : 'cmd=spawn_result rc=-1 msg=processes_did_not_start';
}

/** Fields of a line. A backslash takes the next character as it is. */
export function parsePmiLine(line: string): Fields {
  const fields: Fields = new Map();
  for (const [, key, value] of line.matchAll(/([^\s=]+)=((?:\\.|[^\s\\])*)/g)) {
    fields.set(key, value.replace(/\\(.)/g, '$1'));
  }
  return fields;
}

/**
 * Which ranks share memory, in MPICH's grammar `(vector,(first node, nodes, ranks a
 * node),...)`: `nodes` blocks of ranks, the first ones one larger where it does not divide.
 */
export function processMapping(size: number, nodes: number): string {
  const count = Math.max(1, Math.min(nodes, size));
  const each = Math.floor(size / count);
  const larger = size % count;
  const blocks = [];
  if (larger) {
    blocks.push(`(0,${larger},${each + 1})`);
  }
  blocks.push(`(${larger},${count - larger},${each})`);
  return `(vector,${blocks.join(',')})`;
}

/**
 * Files of shared memory that MPICH removes in MPI_Finalize, so that they outlive ranks that
 * are killed. Source: MPICH, src/mpid/ch4/shm/posix/posix_init.c; the number is a 32-bit
 * FNV-1a hash of the kvsname.
 */
export function sharedMemoryFiles(kvsname: string, nodes: number): string[] {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(kvsname)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  const world = hash.toString(16);
  return Array.from({ length: nodes }, (_, node) =>
    ['shm', 'vci'].map(use => `/dev/shm/mpich_${use}_${world}_${node}`)
  ).flat();
}

function reply(
  rank: number,
  command: string,
  fields: { [name: string]: string | number }
): IPmiResult {
  const rest = Object.entries(fields).map(([name, value]) => `${name}=${value}`);
  return { replies: [{ rank, line: [`cmd=${command}`, ...rest].join(' ') }] };
}
