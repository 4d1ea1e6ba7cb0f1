import { describe, expect, test } from 'vitest';
import { parseCell, parseMagicCall, parseShellCall } from '../../../../kernel/magics/index.js';
import { plan, runOf } from './cells.js';

describe('cells of the delegate', () => {
  test.each([
    '',
    '  \n\n',
    '# nothing but a comment',
    'x = 1',
    'x = 5 % 3',
    'print("%%mpirun")',
    's = """\n%%mpirun -n 4\n"""',
    "a = 1\ns = '''\n\"\"\"\n%%mpirun -n 4\n'''",
    '%%markdown\nWrite\n\n    %%mpirun -n 4',
    '%timeit f()',
    '%%time\n%%mpirun -n 4\nx',
    '%%bash\nmpirun -n 4 python f.py',
    '%%mpirunx -n 4\nx',
    '%mpirunner',
    '%rankings 3',
    '%lsmagic',
    'mpirun?',
    '?print',
    '%%writefile?',
    '%%writefile {name}\nx',
    '%%writefile $name\nx',
    '%%writefile a.py',
    '%%mpirun -n {n}\nx',
    '%%mpirun -n $n\nx',
    '%mpirun -n 4 {program}',
    '%%local\nx',
    'for i in range(3):\n    %mpirun -n 4 f.py',
    '%mpirun -n 4 a.py\n%mpirun -n 2 b.py',
    '%mpirun -n 4 \\\n  a.py',
    '%world list\nx = 1',
    '!ls',
    '!mpiexec',
    '!mpiexec --version',
    '!mpiexec -n 4 python f.py\nx = 1',
    '!mpiexec -n 4 python f.py | sort',
    '!mpiexec -n 4 python f.py > out.txt',
    '!mpiexec -n 4 python f.py 2>&1 | sort',
    '!mpiexec -n 4 python f.py 2>err.txt',
    '!mpiexec -n 4 python f.py && ls',
    '!mpiexec -n 4 python f.py; ls',
    '!mpiexec -n 4 python f.py &',
    '!mpiexec -n $N python f.py',
    '!mpiexec -n {n} python f.py',
    '!mpiexec -n 4 python `ls`',
    '!mpiexec -n 4 python *.py',
    '!mpiexec -n 4 python f.py data?.csv',
    '!mpiexec -n 4 python ~/f.py',
    '!mpiexec -n 4 python "$HOME/f.py"',
    `!mpiexec -n 4 python f.py '{"a": 1}'`,
    '!mpiexec -n 2 ./a : -n 2 ./b',
    '!mpiexec -n 4 --unknown python f.py',
    '!mpiexec -n 4 \\\n python f.py',
    '!!mpiexec -n 4 python f.py',
    '!mpiexecutor -n 4 x',
    'mpirun -n 4 a.py',
    'mpirun -n - 4\nx',
    'mpirun = 4\nmpirun -n'
  ])('%j', source => {
    expect(plan(source)).toEqual({ kind: 'delegate' });
  });
});

describe('runs of a cell', () => {
  test('the magic line is made empty, all else stays', () => {
    expect(runOf('%%mpirun -n 4\na\n\nb').work).toEqual({ kind: 'cell', source: '\na\n\nb' });
    expect(runOf('\n \n%%mpirun -n 4\na\n').work).toEqual({ kind: 'cell', source: '\n \n\na\n' });
    expect(runOf('%%mpirun -n 4\r\na\r\n').work).toEqual({ kind: 'cell', source: '\r\na\r\n' });
    expect(runOf('%%mpirun').work).toEqual({ kind: 'cell', source: '' });
    expect(runOf('  %%mpirun -n 2\n  a').work).toEqual({ kind: 'cell', source: '\n  a' });
  });

  test('the command is the line as written', () => {
    expect(runOf('%%mpirun  -n 4 # four\nx').command).toBe('%%mpirun  -n 4 # four');
    expect(runOf('%%rank 0\nx').command).toBe('%%rank 0');
  });

  test('a blank behind %% is told', () => {
    expect(parseCell('%% mpirun -n 2\nx', null)).toMatchObject({
      kind: 'mistake',
      mistake: { message: '%% and mpirun belong together.', hint: 'write %%mpirun' }
    });
    expect(parseCell('%% other\nx', null)).toEqual({ kind: 'delegate' });
  });

  test('%%rank and %%ranks run on the current world', () => {
    const current = { size: null, name: null, fresh: false };
    expect(runOf('%%rank 2\nx')).toMatchObject({ ranks: [2], world: current });
    expect(runOf('%%ranks 0,2-3 --timeout 3\nx')).toMatchObject({ ranks: [0, 2, 3], timeout: 3 });
    expect(runOf('%%ranks all\nx').ranks).toBeNull();
    expect(runOf('%%rank 0 --world big\nx')).toMatchObject({ ranks: [0], world: { name: 'big' } });
    expect(runOf('%%rank 0\nx').work).toEqual({ kind: 'cell', source: '\nx' });
  });
});

test('a cell on ranks may hold a text in which our magics stand', () => {
  const write = '%%rank 0\n%%writefile notes.md\n%%mpirun -n 4\n';
  expect(runOf(write).work).toEqual({ kind: 'cell', source: write.replace('%%rank 0', '') });
  expect(plan('%%mpirun\ns = """\n%%mpirun\n"""').kind).toBe('run');
});

test('arguments in quotes are the own of a program', () => {
  expect(runOf(`%mpirun a.py '>' "|" a>b`).work).toMatchObject({
    argv: ['a.py', '>', '|', 'a>b']
  });
});

describe('programs', () => {
  test.each([
    ['%mpirun -n 4 a.py', 'path', ['a.py']],
    ['%mpirun -n 4 python a.py', 'path', ['a.py']],
    ['%mpirun -n 4 python3 a', 'path', ['a']],
    ['%mpirun -n 4 python3.11 a.py -n 7', 'path', ['a.py', '-n', '7']],
    ['%mpirun a.py --fresh --bogus', 'path', ['a.py', '--fresh', '--bogus']],
    ['%mpirun -n 4 -m pkg.mod -n 7', 'module', ['pkg.mod', '-n', '7']],
    ['%mpirun -n 4 python -m pkg.mod x', 'module', ['pkg.mod', 'x']],
    ['%mpirun -n 4 python -u a.py', 'executable', ['python', '-u', 'a.py']],
    ['%mpirun -n 4 python -c "print(1)"', 'executable', ['python', '-c', 'print(1)']],
    ['%mpirun -n 4 ./a.out 1 "2 3"', 'executable', ['./a.out', '1', '2 3']],
    ['%mpirun -n 4 -- -odd-', 'executable', ['-odd-']],
    [`%mpirun -n 4 '-odd-'`, 'executable', ['-odd-']],
    ['%mpirun -n 4 a.py # why', 'path', ['a.py']],
    ['# why\n\n%mpirun -n 4 a.py\n# that is all', 'path', ['a.py']],
    ['!mpiexec -n 4 python a.py', 'path', ['a.py']],
    ['! mpirun -np 4 python3 a.py', 'path', ['a.py']],
    ['!mpiexec --allow-run-as-root -n 4 python file.py', 'path', ['file.py']],
    ['!mpirun --oversubscribe -n 4 -bind-to core ./a.out "x y"', 'executable', ['./a.out', 'x y']],
    [`!mpiexec -n 4 python a.py 'it is; $5'`, null, []],
    ['!mpiexec -n 4 python a.py 2>&1', 'path', ['a.py']],
    [`!mpiexec -n 4 python a.py 'a; b | c'  # note`, 'path', ['a.py', 'a; b | c']]
  ])('%j', (source, form, argv) => {
    if (form === null) {
      expect(plan(source).kind).toBe('delegate');
    } else {
      expect(runOf(source).work).toEqual({ kind: 'program', form, argv });
      expect(runOf(source).world.fresh).toBe(true);
    }
  });

  test('the command is the line as written', () => {
    expect(runOf('!mpiexec -n 4 python a.py').command).toBe('!mpiexec -n 4 python a.py');
  });
});

describe('other magics', () => {
  test.each([
    ['%world', 'list', null],
    ['%world list', 'list', null],
    ['%world stop', 'stop', null],
    ['%world stop 4 # bye', 'stop', '4'],
    ['\n%world restart big\n', 'restart', 'big']
  ])('%j', (source, action, name) => {
    expect(plan(source)).toEqual({ kind: 'world', action, name });
  });

  test.each([
    ['%world layer', null],
    ['%world layer on', true],
    ['%world layer off # to compare', false]
  ])('%j', (source, on) => {
    expect(plan(source)).toEqual({ kind: 'world', action: 'layer', on });
  });

  test('%world layer takes on or off', () => {
    expect(plan('%world layer of')).toMatchObject({
      kind: 'mistake',
      mistake: { message: "%world layer is on or off, not 'of'.", hint: 'did you mean off?' }
    });
  });

  test.each([
    ['%autompirun -n 4', '-n 4'],
    ['%autompirun', ''],
    ['%autompirun  --world big --view merged', '--world big --view merged'],
    ['%autompirun off', null]
  ])('%j', (source, options) => {
    expect(plan(source)).toEqual({ kind: 'auto', options });
  });

  test.each([
    ['%%writefile a.py\nx\n', 'a.py', false, 'x\n'],
    ['%%writefile a.py\nx', 'a.py', false, 'x\n'],
    ['%%file a.py\nx', 'a.py', false, 'x\n'],
    ['\n%%writefile -a a.py\n\nx\n\n', 'a.py', true, '\nx\n\n'],
    ['%%writefile a.py --append\nx', 'a.py', true, 'x\n'],
    ['%%writefile "my file.py"\nx', 'my file.py', false, 'x\n'],
    ['%%writefile ~/a\\b.py\nx', '~/a\\b.py', false, 'x\n'],
    ['%%writefile a.c\n%%mpirun -n 4\n{x} $y\n', 'a.c', false, '%%mpirun -n 4\n{x} $y\n']
  ])('%j', (source, file, append, body) => {
    expect(plan(source)).toEqual({ kind: 'writefile', file, append, body });
  });
});

describe('while %autompirun is on', () => {
  test('a plain cell is a run', () => {
    expect(runOf('x = 1\nprint(x)', '-n 4 --view merged')).toMatchObject({
      command: '%autompirun -n 4 --view merged',
      world: { size: 4 },
      view: 'merged',
      work: { kind: 'cell', source: 'x = 1\nprint(x)' }
    });
    expect(runOf('%timeit f()', '').work).toEqual({ kind: 'cell', source: '%timeit f()' });
    expect(runOf('# c\nx', '').work).toEqual({ kind: 'cell', source: '# c\nx' });
    expect(runOf('x = 1\n!ls', '').work).toMatchObject({ kind: 'cell' });
  });

  test.each([
    '',
    '# comment',
    '%%time\nx',
    '%%local\nx',
    '%mpirun -n 4 a.py\n%mpirun -n 2 b.py',
    '%world list\nx = 1',
    '!ls',
    '!pip install x\n# and\n!ls',
    '%pip install x',
    '!mpiexec -n 4 python a.py | sort'
  ])('%j stays local', source => {
    expect(parseCell(source, '-n 4')).toEqual({ kind: 'delegate' });
  });

  test('magics are what they always are', () => {
    expect(runOf('%%mpirun -n 2\nx', '-n 4').world.size).toBe(2);
    expect(runOf('%mpirun -n 2 a.py', '-n 4').world.size).toBe(2);
    expect(runOf('!mpiexec -n 2 python a.py', '-n 4').world.size).toBe(2);
    expect(parseCell('%autompirun off', '-n 4')).toEqual({ kind: 'auto', options: null });
    expect(parseCell('%world', '-n 4').kind).toBe('world');
    expect(parseCell('%%mpirun?', '-n 4').kind).toBe('help');
  });
});

describe('calls from within Python', () => {
  test('of a line magic', () => {
    expect(parseMagicCall('%mpirun', '-n 4 a.py x', null)).toMatchObject({
      kind: 'run',
      spec: { command: '%mpirun -n 4 a.py x', work: { form: 'path', argv: ['a.py', 'x'] } }
    });
    expect(parseMagicCall('%world', '', null)).toMatchObject({ kind: 'world', action: 'list' });
  });

  test('of a cell magic', () => {
    expect(parseMagicCall('%%mpirun', '-n 4', 'x\ny\n')).toMatchObject({
      kind: 'run',
      spec: { command: '%%mpirun -n 4', work: { kind: 'cell', source: '\nx\ny\n' } }
    });
  });

  test('a value that holds braces is taken as it is', () => {
    expect(parseMagicCall('%mpirun', `a.py '{"a": 1}'`, null)).toMatchObject({
      kind: 'run',
      spec: { work: { argv: ['a.py', '{"a": 1}'] } }
    });
  });

  test.each([
    [`mpiexec -n 4 python a.py '{"a": 1}'`, ['a.py', '{"a": 1}']],
    [`mpiexec -n 4 python a.py "{a}" '$5'`, ['a.py', '{a}', '$5']],
    ['mpiexec -n 4 python a.py {a,b}', null],
    ['mpiexec -n 4 python a.py "$HOME"', null],
    ['mpiexec -n 4 python a.py | sort', null]
  ])('of a shell line: %j', (command, argv) => {
    expect(parseShellCall(command)).toMatchObject(
      argv === null ? { kind: 'delegate' } : { kind: 'run', spec: { work: { argv } } }
    );
  });

  test('a mistake has its place in the whole line', () => {
    expect(parseMagicCall('%%mpirun', '--fesh', 'x')).toMatchObject({
      kind: 'mistake',
      mistake: { line: '%%mpirun --fesh', column: 9, length: 6, lineNumber: 1 }
    });
    expect(parseMagicCall('%other', 'x', null)).toMatchObject({ kind: 'mistake' });
  });

  test.each([
    ['-n $m', '-n $m: plain cells have no variable m.'],
    ['-n {m}', '-n {m}: plain cells have no variable m.'],
    ['--ranks 0,{m-1}', '--ranks 0,{m-1}: that can not be evaluated in plain cells.']
  ])('tells of a variable that could not be filled in: %s', (line, message) => {
    expect(parseMagicCall('%%mpirun', line, 'x')).toMatchObject({
      kind: 'mistake',
      mistake: { message, hint: 'the variables of ranks are not known here' }
    });
  });
});
