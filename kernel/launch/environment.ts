/** The environment in which ranks are started. */

import { networkInterfaces } from 'node:os';

export type Environment = { [name: string]: string };

/**
 * Variables of another MPI launch (the kernel may itself run under `srun` or `mpiexec`):
 * MPI in a rank would take them for its own.
 */
const FOREIGN = /^(PMI|PMIX|PRTE|OMPI|SLURM|HYDRA|HYDI|MPI_LOCAL)[A-Z0-9]*_|^(PMI_|MPI_LOCAL)/;

/**
 * Read when a library is loaded, which the zygote has done before a rank is forked: a
 * world that sets one of these needs a zygote of its own.
 */
const LOAD_TIME =
  /^(UCX|OPENBLAS|GOTO|OMP|KMP|GOMP|MKL|BLIS|NUMEXPR|VECLIB|LD|MALLOC|PYTHON|MPI4PY|LIBMPI|MPLBACKEND|MPLCONFIGDIR)/;

/** Set by libraries for themselves when they are imported. */
const OF_LIBRARIES = /^KMP_(DUPLICATE_LIB_OK|INIT_AT_FORK)$/;

/** What ranks get unless the user has set it. */
const DEFAULTS: Environment = {
  // N ranks fill the cores already, and threads of BLAS do not survive a fork soundly.
  OPENBLAS_NUM_THREADS: '1',
  OMP_NUM_THREADS: '1',
  MKL_NUM_THREADS: '1',
  MPLBACKEND: 'module://matplotlib_inline.backend_inline',
  // At exit UCX tells of messages that were never received; the kernel does that better.
  UCX_LOG_LEVEL: 'fatal',
  UCX_WARN_UNUSED_ENV_VARS: 'n'
};

/** For worlds within one machine that the kernel itself manages. */
const LOCAL_DEFAULTS: Environment = {
  // Without the probing of network devices a world starts in half the time.
  UCX_TLS: 'self,posix',
  // UCX has receive buffers for a queue of 256, made 512 at a time: 2 MiB for each rank. Messages
  // within a node do not go through UCX, and those that do come in pieces where the queue is full.
  UCX_POSIX_FIFO_SIZE: '32',
  UCX_POSIX_RX_BUFS_GROW: '32',
  // Its newer choice of protocols takes more memory and time, for ways that are not there.
  UCX_PROTO_ENABLE: 'n',
  // Half of what MPICH sets aside for messages under way, with which it is no slower.
  MPIR_CVAR_CH4_SHM_POSIX_IQUEUE_NUM_CELLS: '32',
  // hwloc would move each rank from core to core to ask for what Linux has told it already.
  HWLOC_COMPONENTS: '-x86'
};

/**
 * Where `UCX_TLS` is ours: modules of UCX for other ways of transport need not be tried, and
 * none registers memory, for which UCX would watch the process map and unmap it.
 */
const WITHOUT_NETWORKS: Environment = { UCX_MODULES: '^ib,rdmacm,cma', UCX_MEM_EVENTS: 'n' };

/**
 * For worlds that MPI sees on several nodes: messages between these take the way that they
 * would take between machines. UCX reads this in MPI_Init. Its TCP does not connect over a
 * loopback device alone; without another network the way is shared memory, as within a node.
 */
export function betweenNodes(base: Environment): Environment {
  const devices = Object.values(networkInterfaces()).flat();
  const isDefault = base['UCX_TLS'] === LOCAL_DEFAULTS['UCX_TLS'];
  return isDefault && devices.some(device => device?.internal === false)
    ? { UCX_TLS: 'self,tcp' }
    : {};
}

/** The kernel's own environment made fit for ranks, with the defaults. */
export function rankEnvironment(
  own: { [name: string]: string | undefined },
  engine: 'local' | 'mpiexec'
): Environment {
  const env: Environment = { ...DEFAULTS };
  if (engine === 'local') {
    Object.assign(env, LOCAL_DEFAULTS, own['UCX_TLS'] === undefined ? WITHOUT_NETWORKS : {});
  }
  for (const [name, value] of Object.entries(own)) {
    if (value !== undefined && !FOREIGN.test(name)) {
      env[name] = value;
    }
  }
  return env;
}

/** What ranks may take over of the variables that plain cells have set. */
export function inheritable(env: Environment): Environment {
  const own = ([name]: [string, string]): boolean =>
    !FOREIGN.test(name) && !OF_LIBRARIES.test(name);
  return Object.fromEntries(Object.entries(env).filter(own));
}

/**
 * The part of a world's variables that must be set before its libraries are loaded, where they
 * differ from those that all have.
 */
export function loadTimePart(env: Environment, base: Environment): Environment {
  const own = ([name, value]: [string, string]): boolean =>
    LOAD_TIME.test(name) && base[name] !== value;
  return Object.fromEntries(Object.entries(env).filter(own));
}
