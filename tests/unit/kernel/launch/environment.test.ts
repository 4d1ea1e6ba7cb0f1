import { describe, expect, it } from 'vitest';
import {
  inheritable,
  loadTimePart,
  rankEnvironment
} from '../../../../kernel/launch/environment.js';

describe('the environment of ranks', () => {
  it('has no trace of another MPI launch', () => {
    const env = rankEnvironment(
      {
        PATH: '/bin',
        HOME: '/home/u',
        PMI_RANK: '0',
        PMI_FD: '5',
        PMIX_NAMESPACE: 'x',
        OMPI_COMM_WORLD_RANK: '1',
        PRTE_LAUNCHED: '1',
        SLURM_JOB_ID: '7',
        HYDI_CONTROL_FD: '8',
        MPI_LOCALNRANKS: '2'
      },
      'local'
    );
    expect(Object.keys(env).filter(name => /PMI|OMPI|PRTE|SLURM|HYD|MPI_/.test(name))).toEqual([]);
    expect(env).toMatchObject({ PATH: '/bin', HOME: '/home/u' });
  });

  it('gives one BLAS thread a rank unless the user has chosen', () => {
    expect(rankEnvironment({}, 'local')['OPENBLAS_NUM_THREADS']).toBe('1');
    expect(rankEnvironment({ OMP_NUM_THREADS: '4' }, 'local')['OMP_NUM_THREADS']).toBe('4');
  });

  it('narrows the transports of local worlds only', () => {
    expect(rankEnvironment({}, 'local')['UCX_TLS']).toBeDefined();
    expect(rankEnvironment({}, 'mpiexec')['UCX_TLS']).toBeUndefined();
    expect(rankEnvironment({ UCX_TLS: 'tcp' }, 'local')['UCX_TLS']).toBe('tcp');
  });

  it('lets UCX load all of its modules where the user chooses the transport', () => {
    expect(rankEnvironment({}, 'local')['UCX_MODULES']).toBeDefined();
    expect(rankEnvironment({ UCX_TLS: 'rc,self' }, 'local')['UCX_MODULES']).toBeUndefined();
    expect(rankEnvironment({}, 'mpiexec')['UCX_MODULES']).toBeUndefined();
  });

  it('tells which variables libraries read when they are loaded', () => {
    const own = { FOO: '1', MPIR_CVAR_X: '1', UCX_TLS: 'tcp', OMP_NUM_THREADS: '2' };
    expect(loadTimePart(own, {})).toEqual({ UCX_TLS: 'tcp', OMP_NUM_THREADS: '2' });
    // What is the same for all needs no zygote of its own.
    expect(loadTimePart(own, { OMP_NUM_THREADS: '2' })).toEqual({ UCX_TLS: 'tcp' });
  });

  it('takes over what the user has set in plain cells, not what libraries have', () => {
    expect(
      inheritable({ A: '1', OMP_NUM_THREADS: '2', PMI_RANK: '0', KMP_INIT_AT_FORK: 'FALSE' })
    ).toEqual({ A: '1', OMP_NUM_THREADS: '2' });
  });
});
