import { describe, expect, it } from 'vitest';
import {
  parsePmiLine,
  PmiServer,
  processMapping,
  sharedMemoryFiles
} from '../../../../kernel/worlds/pmi.js';

function server(size: number, names = new Map<string, string>(), nodes = 1): PmiServer {
  return new PmiServer({ size, kvsname: 'kvs1', names, nodes });
}

/** Lines that rank 0 gets for what it sends. */
function talk(pmi: PmiServer, ...lines: string[]): string[] {
  return lines.flatMap(line => pmi.receive(0, line).replies.map(reply => reply.line));
}

describe('the PMI-1 server', () => {
  it('answers what MPICH 5.0.2 asks in MPI_Init', () => {
    const pmi = server(1);
    expect(
      talk(
        pmi,
        'cmd=init pmi_version=1 pmi_subversion=1',
        'cmd=get_maxes',
        'cmd=get_appnum',
        'cmd=get_my_kvsname',
        'cmd=get kvsname=kvs1 key=PMI_process_mapping',
        'cmd=get kvsname=kvs1 key=PMI_hwloc_xmlfile',
        'cmd=get_universe_size',
        'cmd=barrier_in',
        'cmd=finalize'
      )
    ).toEqual([
      'cmd=response_to_init pmi_version=1 pmi_subversion=1 rc=0',
      'cmd=maxes kvsname_max=256 keylen_max=64 vallen_max=1024 rc=0',
      'cmd=appnum appnum=0 rc=0',
      'cmd=my_kvsname kvsname=kvs1 rc=0',
      'cmd=get_result rc=0 msg=success value=(vector,(0,1,1))',
      'cmd=get_result rc=-1 msg=key_not_found value=unknown',
      'cmd=universe_size size=1 rc=0',
      'cmd=barrier_out rc=0',
      'cmd=finalize_ack rc=0'
    ]);
  });

  it('lets a rank read what another has put', () => {
    const pmi = server(2);
    const value = '2F6465762F73686D2F6D706963685F73';
    expect(pmi.receive(0, `cmd=put kvsname=kvs1 key=-bcast-1-0 value=${value}`).replies).toEqual([
      { rank: 0, line: 'cmd=put_result rc=0 msg=success' }
    ]);
    expect(pmi.receive(1, 'cmd=get kvsname=kvs1 key=-bcast-1-0').replies).toEqual([
      { rank: 1, line: `cmd=get_result rc=0 msg=success value=${value}` }
    ]);
  });

  it('refuses to overwrite a key, and keys and values beyond the limits', () => {
    const pmi = server(1);
    const refused = talk(
      pmi,
      'cmd=put kvsname=kvs1 key=PMI_process_mapping value=x',
      `cmd=put kvsname=kvs1 key=${'k'.repeat(65)} value=x`,
      `cmd=put kvsname=kvs1 key=k value=${'v'.repeat(1025)}`,
      'cmd=put kvsname=kvs1'
    );
    expect(refused.every(line => line.startsWith('cmd=put_result rc=-1'))).toBe(true);
    expect(talk(pmi, 'cmd=get key=k')).toEqual([
      'cmd=get_result rc=-1 msg=key_not_found value=unknown'
    ]);
  });

  it('lets nobody out of a barrier before all are in, time after time', () => {
    const pmi = server(3);
    for (let round = 0; round < 2; round++) {
      expect(pmi.receive(2, 'cmd=barrier_in').replies).toEqual([]);
      expect(pmi.receive(0, 'cmd=barrier_in').replies).toEqual([]);
      expect(pmi.receive(0, 'cmd=barrier_in').replies).toEqual([]);
      const out = pmi.receive(1, 'cmd=barrier_in').replies;
      expect(out.map(reply => reply.rank).sort()).toEqual([0, 1, 2]);
      expect(new Set(out.map(reply => reply.line))).toEqual(new Set(['cmd=barrier_out rc=0']));
    }
  });

  it('tells of an abort with its code', () => {
    expect(server(2).receive(1, 'cmd=abort exitcode=7 message=application\\ called')).toEqual({
      replies: [],
      abort: 7
    });
    expect(server(2).receive(1, 'cmd=abort').abort).toBe(1);
  });

  it('keeps published names for all worlds of the kernel', () => {
    const names = new Map<string, string>();
    const [one, two] = [server(1, names), server(1, names)];
    expect(talk(one, 'cmd=publish_name service=ocean port=tag#0$x')).toEqual([
      'cmd=publish_result rc=0 info=ok'
    ]);
    expect(talk(one, 'cmd=publish_name service=ocean port=y')[0]).toContain('rc=-1');
    expect(talk(two, 'cmd=lookup_name service=ocean')).toEqual([
      'cmd=lookup_result rc=0 info=ok port=tag#0$x'
    ]);
    expect(talk(two, 'cmd=unpublish_name service=ocean')).toEqual([
      'cmd=unpublish_result rc=0 info=ok'
    ]);
    expect(talk(one, 'cmd=lookup_name service=ocean')[0]).toContain('rc=-1');
  });

  it('hands a spawn command on, and leaves the answer to others', () => {
    const pmi = server(1);
    const lines = ['mcmd=spawn', 'nprocs=2', 'execname=a.out', 'totspawns=1', 'spawnssofar=1'];
    expect(lines.map(line => pmi.receive(0, line))).toEqual(lines.map(() => ({ replies: [] })));
    expect(pmi.receive(0, 'endcmd')).toEqual({
      replies: [],
      spawn: { programs: [{ size: 2, argv: ['a.out'], cwd: null }], preputs: new Map() }
    });
    expect(talk(pmi, 'cmd=barrier_in')).toEqual(['cmd=barrier_out rc=0']);
  });

  it('refuses a spawn command that makes no sense', () => {
    expect(talk(server(1), 'mcmd=spawn', 'nprocs=2', 'endcmd')).toEqual([
      'cmd=spawn_result rc=-1 msg=processes_did_not_start'
    ]);
  });

  it('gives a spawned world the keys of those that have spawned it, and says so', () => {
    const pmi = new PmiServer({
      size: 2,
      kvsname: 'kvs2',
      names: new Map(),
      preputs: new Map([['PARENT_ROOT_PORT_NAME', 'tag#0$x#20$']]),
      programs: [0, 1]
    });
    expect(pmi.receive(1, 'cmd=get kvsname=kvs2 key=PARENT_ROOT_PORT_NAME')).toEqual({
      replies: [{ rank: 1, line: 'cmd=get_result rc=0 msg=success value=tag#0$x#20$' }],
      connects: true
    });
    expect(pmi.receive(1, 'cmd=get_appnum').replies[0]?.line).toBe('cmd=appnum appnum=1 rc=0');
  });

  it('answers unknown commands with an error and drops what is none', () => {
    expect(talk(server(1), 'cmd=fly', 'nonsense', '')).toEqual([
      'cmd=fly_result rc=-1 msg=unknown_command'
    ]);
  });

  it('makes MPI see the nodes asked for', () => {
    expect(processMapping(4, 1)).toBe('(vector,(0,1,4))');
    expect(processMapping(4, 2)).toBe('(vector,(0,2,2))');
    expect(processMapping(5, 2)).toBe('(vector,(0,1,3),(1,1,2))');
    expect(processMapping(2, 9)).toBe('(vector,(0,2,1))');
    expect(talk(server(4, new Map(), 2), 'cmd=get key=PMI_process_mapping')[0]).toContain(
      '(0,2,2)'
    );
  });

  it('names the shared memory as MPICH does', () => {
    expect(sharedMemoryFiles('kvs1', 1)).toEqual([
      '/dev/shm/mpich_shm_2f1f3efc_0',
      '/dev/shm/mpich_vci_2f1f3efc_0'
    ]);
    expect(sharedMemoryFiles('kvs1', 2)[2]).toBe('/dev/shm/mpich_shm_2f1f3efc_1');
  });
});

describe('parsePmiLine', () => {
  it('reads fields, with escaped spaces', () => {
    expect([...parsePmiLine('cmd=put  key=a\\ b value=x=y')]).toEqual([
      ['cmd', 'put'],
      ['key', 'a b'],
      ['value', 'x=y']
    ]);
  });
});
