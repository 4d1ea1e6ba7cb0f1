import { describe, expect, test } from 'vitest';
import { findOption, OPTIONS, optionsOf } from '../../../../kernel/magics/options.js';
import { MAGICS } from '../../../../kernel/magics/magics.js';
import { mistakeOf, plan, pointedAt, runOf } from './cells.js';

describe('the option table', () => {
  test('no name is given to two options', () => {
    const names = OPTIONS.flatMap(option => option.names.map(name => name.replace(/^--?/, '')));
    const twice = names.filter((name, at) => names.indexOf(name) !== at);
    expect(twice.every(name => findOption(`-${name}`) === findOption(`--${name}`))).toBe(true);
    expect(new Set(twice)).toEqual(new Set(['n']));
  });

  test.each(OPTIONS)('$names.0 says what it does, takes and where it belongs', option => {
    expect(option.help).toMatch(/^[A-Z].*\.$/);
    expect(option.magics.length).toBeGreaterThan(0);
    expect(option.values > 0).toBe(option.metavar !== null);
    expect(option.choices !== undefined).toBe(option.type === 'choice');
    for (const magic of option.magics) {
      expect(MAGICS.map(each => each.name)).toContain(magic);
    }
  });

  test('every ignored option is taken with its values', () => {
    for (const option of optionsOf('%%mpirun').filter(each => each.type === 'ignored')) {
      for (const name of option.names) {
        const values = ['x', 'y'].slice(0, option.values).join(' ');
        expect(runOf(`%%mpirun ${name} ${values} -n 3\npass`).world.size).toBe(3);
        expect(runOf(`%mpirun ${name} ${values} -n 3 a.py`).work).toMatchObject({ argv: ['a.py'] });
      }
    }
  });
});

describe('values', () => {
  test.each([
    ['-n 4', { world: { size: 4 } }],
    ['-np 4', { world: { size: 4 } }],
    ['--n 4', { world: { size: 4 } }],
    ['--np 4', { world: { size: 4 } }],
    ['-n4', { world: { size: 4 } }],
    ['-np=4', { world: { size: 4 } }],
    ['--n="4"', { world: { size: 4 } }],
    [`-n '4'`, { world: { size: 4 } }],
    ['', { world: { size: null, nodes: null, name: null, fresh: false, engine: null, env: {} } }],
    ['-n 5 --nodes 2', { world: { size: 5, nodes: 2 } }],
    ['--nodes=2 -n 2', { world: { size: 2, nodes: 2 } }],
    ['--ranks 0,2-3', { ranks: [0, 2, 3] }],
    ['--ranks 3,1,1-2 -n 4', { ranks: [1, 2, 3] }],
    ['--ranks all', { ranks: null }],
    ['--fresh', { world: { fresh: true } }],
    ['-fresh', { world: { fresh: true } }],
    ['--world big -n 8', { world: { name: 'big', size: 8 } }],
    ['--world 4', { world: { name: null, size: 4 } }],
    ['--world 4 -n 4', { world: { name: null, size: 4 } }],
    ['--world wärme', { world: { name: 'wärme' } }],
    ['--timeout 30', { timeout: 30 }],
    ['--timeout .5', { timeout: 0.5 }],
    ['--timeout 1e3', { timeout: 1000 }],
    ['', { timeout: null, view: null, save: null, strict: false, onDeadlock: 'stop', ranks: null }],
    ['--view merged', { view: 'merged' }],
    ['--view=grid', { view: 'grid' }],
    ['--engine mpiexec', { world: { engine: 'mpiexec' } }],
    ['--env A=1 --env B="x y" -x C=', { world: { env: { A: '1', B: 'x y', C: '' } } }],
    ['--env=A=b=c', { world: { env: { A: 'b=c' } } }],
    [`--save 'my file.txt'`, { save: 'my file.txt' }],
    ['--strict', { strict: true }],
    ['--on-deadlock wait', { onDeadlock: 'wait' }],
    ['-n 4 # four ranks', { world: { size: 4 } }],
    ['--allow-run-as-root --oversubscribe -np 4 --bind-to none --mca a b', { world: { size: 4 } }]
  ])('%j', (line, expected) => {
    expect(runOf(`%%mpirun ${line}\npass`)).toMatchObject(expected);
  });
});

describe('mistakes', () => {
  test.each([
    // line, what is pointed at, message, hint
    ['-n 0', '0', /at least 1 rank/, undefined],
    ['-n -2', '-2', /at least 1 rank/, undefined],
    ['-n four', 'four', /number of ranks, not 'four'/, /-n 4/],
    ['-n 2;', '2;', /number of ranks/, /did you mean -n 2\?/],
    ['-n \\', '\\', /backslash/, /one line/],
    ['-n 2.5', '2.5', /number of ranks/, /-n 4/],
    ['-n 99999999', '99999999', /more ranks/, undefined],
    ['-n', '-n', /needs a value: -n N/, undefined],
    ['-n --fresh', '-n', /needs a value/, undefined],
    ['-n=', '-n=', /needs a value/, undefined],
    ['-n 4 -np 2', '-np', /given twice/, undefined],
    ['--fresh --fresh', '--fresh', /given twice/, undefined],
    ['-n 4 --ranks 7', '7', /no rank 7 among 4: ranks go from 0 to 3/, undefined],
    ['--ranks 0,1 -n 1', '0,1', /the only rank is 0/, undefined],
    ['-n 2 --nodes 3', '3', /2 ranks can not be on 3 nodes/, /1 to 2/],
    ['-n 4 --nodes 0', '0', /at least 1 node/, undefined],
    ['-n 4 --nodes two', 'two', /number of nodes/, /--nodes 2/],
    ['-n 4 --nodes 2 --engine mpiexec', '2', /Rankbook itself/, /mpiexec/],
    ['--ranks x', 'x', /takes ranks, not 'x'/, /0,2-3/],
    ['--ranks 0,b,2', 'b', /not 'b'/, /0,2-3/],
    ['--ranks 0,,2', '0,,2', /a rank is missing/, /0,2-3/],
    ['--ranks 0..2', '0..2', /takes ranks/, /did you mean --ranks 0-2\?/],
    ['--ranks [0,2]', '[0', /takes ranks/, /did you mean --ranks 0,2\?/],
    ['--ranks 0;2', '0;2', /takes ranks/, /did you mean --ranks 0,2\?/],
    ['--ranks 0, 1', '0,', /a rank is missing/, /without blanks, for example --ranks 0,2-3/],
    ['--ranks 0:2', '0:2', /takes ranks/, /for example --ranks 0,2-3/],
    ['--ranks 3-1', '3-1', /runs backwards/, /1-3/],
    ['--ranks 0-99999999', '0-99999999', /no rank 99999999/, undefined],
    ['--timeout -1', '-1', /more than 0/, undefined],
    ['--timeout 0', '0', /more than 0/, undefined],
    ['--timeout soon', 'soon', /number of seconds/, /--timeout 30/],
    ['--timeout 2m', '2m', /number of seconds/, /--timeout 120/],
    ['--timeout', '--timeout', /needs a value: --timeout S/, undefined],
    ['--view tab', 'tab', /one of tabs, merged, grid/, /tabs/],
    ['--view=gird', 'gird', /one of/, /grid/],
    ['--view', '--view', /needs a value: tabs, merged, grid/, undefined],
    ['--engine slurm', 'slurm', /one of local, mpiexec/, undefined],
    ['--env A', 'A', /NAME=VALUE/, /--env A=1/],
    ['--env 1A=2', '1A=2', /no name of a variable/, undefined],
    ['--world a/b', 'a/b', /a name of a world/, undefined],
    ['--world 4 -n 2', '%%mpirun', /is the one of 4 ranks/, /no number/],
    [`--save ''`, `''`, /name of a file/, undefined],
    ['--on-deadlock stay', 'stay', /one of stop, wait/, undefined],
    ['--fresh=yes', '--fresh=yes', /takes no value/, undefined],
    ['--fesh', '--fesh', /no option --fesh/, /--fresh/],
    ['--tiemout=3', '--tiemout', /no option --tiemout/, /--timeout/],
    ['--oversubscirbe', '--oversubscirbe', /no option/, /--oversubscribe/],
    ['-N 4', '-N', /no option -N/, /-n\?/],
    ['–n 4', '–n', /no option –n/, /did you mean -n\?/],
    ['—fresh', '—fresh', /no option/, /--fresh/],
    ['--banana', '--banana', /no option/, undefined],
    ['--ntasks 4', '--ntasks', /no option/, /did you mean -n\?/],
    ['-c 4', '-c', /no option/, /did you mean -n\?/],
    ['n=4', 'n=4', /does not know/, /did you mean -n 4\?/],
    ['-m foo', '-m', /has no option -m/, /%mpirun has it/],
    ['4', '4', /does not know what '4' is/, /-n 4/],
    ['-n 4 heat.py', 'heat.py', /does not know/, /%mpirun with one %/],
    ['-n 4 python heat.py', 'python', /does not know/, /%mpirun with one %/],
    ['-n 4 print(1)', 'print(1)', /does not know/, /begins on the next line/],
    [`--save "a b`, '"', /never closed/, undefined],
    ['-n 4 \\', '\\', /backslash/, /one line/],
    ['🦆🦆', '🦆🦆', /does not know/, /next line/],
    ['--save 🦆 --fesh', '--fesh', /--fesh/, /--fresh/]
  ])('%j', (line, at, message, hint) => {
    const mistake = mistakeOf(`\n%%mpirun ${line}\npass`);
    expect(pointedAt(mistake)).toBe(at);
    expect(mistake.line).toBe(`%%mpirun ${line}`);
    expect(mistake.lineNumber).toBe(2);
    expect(mistake.message).toMatch(message);
    if (hint === undefined) {
      expect(mistake.hint).toBeUndefined();
    } else {
      expect(mistake.hint).toMatch(hint);
    }
  });

  test.each([
    ['%mpirun --ranks 0 a.py', '--ranks', /%mpirun has no option --ranks/],
    ['%mpirun --world x a.py', '--world', /%mpirun has no option --world/],
    ['%mpirun', '%mpirun', /Which program/],
    ['%mpirun -n 4', '%mpirun', /Which program/],
    ['%mpirun -n 4\nprint(1)', '%mpirun', /Which program/],
    ['%mpirun -n 4 -m', '-m', /name of a module/],
    ['%mpirun -n 4 python', 'python', /Which program shall python run/],
    ['%mpirun -n 4 python3 -m', '-m', /name of a module/],
    [`%mpirun ''`, `''`, /empty/],
    ['%%rank\npass', '%%rank', /needs the number of a rank/],
    ['%%rank 0,2\npass', '0,2', /one rank/],
    ['%%rank all\npass', 'all', /one rank/],
    ['%%rank x\npass', 'x', /takes ranks, not 'x'/],
    ['%%rank 0 1\npass', '1', /does not know what '1'/],
    ['%%rank -1\npass', '-1', /takes ranks, not '-1'/],
    ['%%rank 0 -n 4\npass', '-n', /%%rank has no option -n/],
    ['%%ranks\npass', '%%ranks', /list of ranks/],
    ['%%ranks 0, 2\npass', '2', /does not know/],
    ['%autompirun of', 'of', /does not know what 'of'/],
    ['%autompirun off -n 4', 'off', /takes no options/],
    ['%autompirun 4', '4', /does not know/],
    ['%autompirun -n 0', '0', /at least 1/],
    ['%autompirun -n 4\nx = 1', '%autompirun', /alone in its cell/],
    ['%world kill', 'kill', /can list, stop and restart/],
    ['%world restrt', 'restrt', /can list/],
    ['import numpy\n%%mpirun -n 4\nx', '%%mpirun', /must be the first line of its cell/],
    ['"""a"""\n  %%rank 0\nx', '%%rank', /must be the first line/],
    ['%matplotlib inline\n%%ranks 0,1\nx', '%%ranks', /must be the first line/],
    ['%%mpirun -n 4\nx\n%%mpirun -n 2\ny', '%%mpirun', /must be the first line/],
    ['%%rank 0\n%%mpirun', '%%mpirun', /must be the first line/],
    ['%mpirun -n 2 a.py > out.txt', '>', /no shell/],
    ['%mpirun -n 2 a.py 2>&1', '2>&1', /no shell/],
    ['%mpirun -n 2 a.py | sort', '|', /no shell/],
    ['%mpirun -n 2 a.py &', '&', /no shell/],
    ['%world stop a b', 'b', /one name at most/],
    ['%world --fresh', '--fresh', /%world has no option --fresh/],
    ['%%writefile\nx', '%%writefile', /name of a file/],
    ['%%writefile a b\nx', 'b', /one file/],
    ['%%writefile -b a\nx', '-b', /no option -b/],
    ['%%local -n 4\nx', '-n', /no option -n/],
    ['mpirun -n 4\nprint(1)', 'mpirun', /a cell on ranks begins with %%mpirun/],
    ['  mpiexec -np 4\nprint(1)', 'mpiexec', /a cell on ranks begins with %%mpirun/],
    ['mpiexec -n 4 python a.py', 'mpiexec', /a program runs on ranks with %mpirun/],
    ['%%local x\ny', 'x', /takes no 'x'/],
    ['# first\n%%mpirun -n 4\nx', '%%mpirun', /first line of its cell/],
    ['%%world list\n', '%%world', /does not take a cell/],
    ['%%autompirun -n 4\nx', '%%autompirun', /does not take a cell/],
    ['%rank 0\nx', '%rank', /takes a cell/]
  ])('%j', (source, at, message) => {
    const mistake = mistakeOf(source);
    expect(pointedAt(mistake)).toBe(at);
    expect(mistake.message).toMatch(message);
    expect(source.split('\n')[mistake.lineNumber - 1]).toBe(mistake.line);
  });

  test('the hints of the shorter magics', () => {
    expect(mistakeOf('%%rank 0,2\nx').hint).toBe('did you mean %%ranks 0,2?');
    expect(mistakeOf('%%ranks 0, 2\nx').hint).toBe('did you mean %%ranks 0,2?');
    expect(mistakeOf('%world restrt').hint).toBe('did you mean restart?');
    expect(mistakeOf('%world 4').hint).toBe('to run a cell on 4 ranks, write %%mpirun -n 4');
    expect(mistakeOf('x\n\n%%mpirun -n 4\ny')).toMatchObject({
      lineNumber: 3,
      hint: 'move it to the top, or what follows to a cell of its own'
    });
    expect(mistakeOf('%mpirun a.py > b').hint).toContain('--save FILE');
    expect(mistakeOf('%mpirun a.py | b').hint).toContain('!mpiexec');
    expect(mistakeOf('%autompirun of').hint).toBe('did you mean off?');
    expect(mistakeOf('%mpirun -n 4').hint).toMatch(/%%mpirun/);
    expect(mistakeOf('%%world').hint).toBe('write %world with one %');
  });

  test('nothing is started where help is asked for as well', () => {
    expect(plan('%%mpirun -n 4 --help\npass').kind).toBe('help');
  });
});
