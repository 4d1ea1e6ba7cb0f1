import type { MagicName } from './options.js';

/** A magic: what its help says beside the table of its options. */
export interface IMagic {
  name: MagicName;
  /** One line. */
  summary: string;
  usage: readonly string[];
  /** Paragraphs. */
  text: readonly string[];
  /** Cells, line by line. */
  examples: readonly (readonly string[])[];
}

export const MAGICS: readonly IMagic[] = [
  {
    name: '%%mpirun',
    summary: 'Run this cell on N MPI ranks.',
    usage: ['%%mpirun [-n N] [options]'],
    text: [
      'Every rank is a Python process with its own memory and runs the whole cell. The output of each rank stands in its own tab. `from mpi4py import MPI` works as everywhere; so does any library that uses it.',
      'The ranks live on between cells: variables, functions and imports are there in the next cell that runs on the same world; those of plain cells are not, nor the other way round. Without -n, a cell runs on the world used last. Another number of ranks is another world, with variables of its own.',
      'Processes that ranks start with `MPI.COMM_WORLD.Spawn` or `MPIPoolExecutor` have tabs of their own: `0.1` is the second that rank 0 has started. They have plain mpi4py, know nothing that cells define (functions for a pool stand in a module, see %%writefile), and end with the world at the latest.',
      'Ranks begin in the folder of the notebook, and move with the plain cells: `%cd` there holds for the next cell on ranks. Programs, and ranks that are started then, inherit the environment as plain cells have set it (`%env`). Figures, tables and HTML show as in any cell; widgets (ipywidgets) live in plain cells only, those of ranks show as text.',
      '`await` works as in any cell. Tasks of asyncio that a cell has not awaited stand still when it has ended, and go on in the next one that awaits something.',
      '`input()`, `breakpoint()` and `%debug` ask you in the notebook, one rank after the other: debug on one rank, with %%rank 0.',
      'The first line may use Python variables of the notebook: {n} or $n.'
    ],
    examples: [
      ['%%mpirun -n 4', 'from mpi4py import MPI', 'print(MPI.COMM_WORLD.rank)'],
      ['%%mpirun -n 4 --fresh --timeout 30', '...'],
      ['%%mpirun --ranks 0,2-3', '...'],
      ['%%mpirun -n 4 --nodes 2', 'node = MPI.COMM_WORLD.Split_type(MPI.COMM_TYPE_SHARED)'],
      ['%%mpirun -n 8 --world big --env OMP_NUM_THREADS=1', '...']
    ]
  },
  {
    name: '%mpirun',
    summary: 'Run a program on N MPI ranks.',
    usage: [
      '%mpirun [-n N] [options] program.py [arguments]',
      '%mpirun [-n N] [options] -m module [arguments]',
      '%mpirun [-n N] [options] ./a.out [arguments]'
    ],
    text: [
      'The program runs on a fresh world that ends with it; exit codes are shown. Options stand before the program: whatever follows it is its own. `python` before a Python file is accepted.',
      'A line `!mpiexec ...` or `!mpirun ...` that runs one program does the same, so that older notebooks run as they are; with `~`, `$VAR` and `*.csv` as the shell has them, with `NAME=value` or `timeout 60` in front, and over several lines with `\\` at their ends. Pipes, redirections, `&&`, `time` and options that are not listed here are for the shell: it runs such a line as everywhere, without tabs.',
      'The line may use Python variables of the notebook: {n} or $n.'
    ],
    examples: [
      ['%mpirun -n 4 heat.py --steps 1000'],
      ['%mpirun -n 4 -m mypackage.solver input.json'],
      ['%mpirun -n 2 --timeout 60 ./a.out'],
      ['!mpiexec --allow-run-as-root -n 4 python heat.py']
    ]
  },
  {
    name: '%%rank',
    summary: 'Run this cell on one rank of the current world.',
    usage: ['%%rank R [options]'],
    text: ['The other ranks do nothing meanwhile; their variables stay as they are.'],
    examples: [['%%rank 0', 'print(data)']]
  },
  {
    name: '%%ranks',
    summary: 'Run this cell on some ranks of the current world.',
    usage: ['%%ranks LIST [options]'],
    text: ['LIST is such as `0,2-3`, or `all`. The other ranks do nothing meanwhile.'],
    examples: [['%%ranks 0,2-3', 'print(part.shape)']]
  },
  {
    name: '%autompirun',
    summary: 'Run the plain cells that follow on ranks.',
    usage: ['%autompirun [-n N] [options]', '%autompirun off'],
    text: [
      'Until `%autompirun off`, each plain cell runs as if it began with %%mpirun and these options. It stands alone in its cell.',
      'In this Python, not on ranks, stay: cells that begin with another %% magic, cells of %mpirun, %world and %autompirun, cells of nothing but !, %pip and %conda lines, and cells that begin with %%local.'
    ],
    examples: [['%autompirun -n 4'], ['%autompirun off']]
  },
  {
    name: '%%local',
    summary: 'Run this cell in the Python of the notebook, whatever %autompirun says.',
    usage: ['%%local'],
    text: ['Without %autompirun it does nothing: such a cell is a plain one.'],
    examples: [['%%local', 'import matplotlib.pyplot as plt']]
  },
  {
    name: '%world',
    summary: 'List, stop or restart worlds, or give them plain mpi4py.',
    usage: ['%world [list | stop | restart] [NAME]', '%world layer [on | off]'],
    text: [
      'A world is a group of ranks that lives between cells. NAME is the one given with --world, else the number of ranks. Without a name, stop stops all worlds and restart restarts the current one. Their variables are gone then.',
      'Ranks that are stopped end as a program does, also where the kernel is shut down: what cells have registered with `atexit` runs, and files are closed. They have two seconds for it, and what they print stands below.',
      'Ranks see mpi4py over a thin layer, which waits without filling the processor, can be interrupted, and finds deadlocks. After `%world layer off` cells and programs run on worlds with plain mpi4py, to measure or to compare: a rank that hangs in MPI can then only be killed, and nobody says why it hangs. These are worlds of their own, such as `4-plain`; after `%world layer on` cells go on with those of before, variables and all.'
    ],
    examples: [['%world'], ['%world restart'], ['%world stop 4'], ['%world layer off']]
  },
  {
    name: '%%writefile',
    summary: 'Write this cell to a file.',
    usage: ['%%writefile [-a] FILE'],
    text: [
      'As in IPython. The output says where the file is and how to run it on ranks. `%%file` is the same.'
    ],
    examples: [['%%writefile hello.py', 'from mpi4py import MPI', 'print(MPI.COMM_WORLD.rank)']]
  }
];

export function findMagic(name: string): IMagic | null {
  return MAGICS.find(magic => magic.name === name) ?? null;
}
