import { describe, expect, it } from 'vitest';
import { beginsSpawn, SpawnReader } from '../../../../kernel/worlds/spawnCommand.js';

function read(...lines: string[]): ReturnType<SpawnReader['push']> {
  const reader = new SpawnReader();
  return lines.map(line => reader.push(line)).at(-1) ?? null;
}

const head = (size: number, program: string, part = '1', parts = '1'): string[] => [
  `nprocs=${size}`,
  `execname=${program}`,
  `totspawns=${parts}`,
  `spawnssofar=${part}`
];

describe('a spawn command', () => {
  it('is told from lines of other commands', () => {
    expect(beginsSpawn('mcmd=spawn')).toBe(true);
    expect(beginsSpawn('cmd=spawn')).toBe(false);
  });

  it('takes values as they are, blanks, equals signs and backslashes too', () => {
    const command = read(
      ...head(3, '/opt/my python'),
      'argcnt=3',
      'arg1=worker.py',
      'arg2=a b=c',
      'arg3=x\\y',
      'preput_num=1',
      'preput_key_0=PARENT_ROOT_PORT_NAME',
      'preput_val_0=tag#0$connentry#20E4[2]63$',
      'info_num=2',
      'info_key_0=host',
      'info_val_0=elsewhere',
      'info_key_1=wdir',
      'info_val_1=/data/my run',
      'endcmd'
    );
    expect(command).toEqual({
      programs: [
        {
          size: 3,
          argv: ['/opt/my python', 'worker.py', 'a b=c', 'x\\y'],
          cwd: '/data/my run'
        }
      ],
      preputs: new Map([['PARENT_ROOT_PORT_NAME', 'tag#0$connentry#20E4[2]63$']])
    });
  });

  it('has arguments of several lines', () => {
    const program = ['arg2=import sys', '', 'if x == 1:', '    arg = 2', 'arg3=last'];
    const command = read(...head(1, 'python'), 'argcnt=3', 'arg1=-c', ...program, 'endcmd');
    expect(command?.programs[0]?.argv).toEqual([
      'python',
      '-c',
      'import sys\n\nif x == 1:\n    arg = 2',
      'last'
    ]);
  });

  it('has several programs, each in a block of its own', () => {
    const first = [...head(1, 'a', '1', '2'), 'argcnt=1', 'arg1=x', 'endcmd'];
    expect(read(...first)).toBeNull();
    const command = read(...first, 'mcmd=spawn', ...head(2, 'b', '2', '2'), 'argcnt=0', 'endcmd');
    expect(command?.programs.map(({ size, argv }) => [size, argv])).toEqual([
      [1, ['a', 'x']],
      [2, ['b']]
    ]);
  });

  it.each([
    ['no program', ['nprocs=2', 'endcmd']],
    ['no number', ['execname=a', 'endcmd']],
    ['a negative number', ['nprocs=-1', 'execname=a', 'endcmd']]
  ])('is refused with %s', (_, lines) => {
    expect(() => read(...lines)).toThrow(RangeError);
  });

  it.each([
    ['lines', ['arg1=x', ...Array.from({ length: 70000 }, () => 'x')]],
    ['text', Array.from({ length: 400 }, (_, i) => `arg${i}=${'x'.repeat(16000)}`)]
  ])('is refused at its end where it has too much: %s', (_, lines) => {
    const reader = new SpawnReader();
    head(1, 'a').forEach(line => reader.push(line));
    lines.forEach(line => reader.push(line));
    expect(() => reader.push('endcmd')).toThrow(/more than 4 MB or 65536 lines/);
  });

  it('is refused as a whole where one of several programs makes no sense', () => {
    const reader = new SpawnReader();
    const lines = [...head(1, '', '1', '2'), 'endcmd', 'mcmd=spawn', ...head(1, 'b', '2', '2')];
    lines.forEach(line => expect(reader.push(line)).toBeNull());
    expect(() => reader.push('endcmd')).toThrow(/names no program/);
  });
});
