import { describe, expect, test } from 'vitest';
import { completeCell, inspectCell, isCompleteCell } from '../../../../kernel/magics/index.js';

/** `|` marks the cursor, which counts code points. */
function at(marked: string): [string, number] {
  const offset = marked.indexOf('|');
  return [
    marked.slice(0, offset) + marked.slice(offset + 1),
    Array.from(marked.slice(0, offset)).length
  ];
}

function matches(marked: string): string[] | null {
  const found = completeCell(...at(marked));
  return found?.kind === 'magic' ? found.matches : null;
}

describe('completion', () => {
  test.each([
    ['%%mpirun --fr|', ['--fresh']],
    ['%%mpirun --view |', ['tabs', 'merged', 'grid']],
    ['%%mpirun --view m|', ['merged']],
    ['%%mpirun --view=g|', ['grid']],
    ['%%mpirun --view x|', []],
    ['%%mpirun -n 4 --on-deadlock |\nx', ['stop', 'wait']],
    ['%%mpirun -np|', ['-np']],
    ['%%mpirun -n |', []],
    ['%%mpirun --bogus=|', []],
    ['%%mpirun ab|', []],
    ['%%rank |', []],
    ['%%rank 0 --ti|', ['--timeout']],
    ['%%rank 0 --fr|', []],
    ['%world |', ['layer', 'list', 'stop', 'restart']],
    ['%world layer |', ['on', 'off']],
    ['%world re|', ['restart']],
    ['%world stop |', []],
    ['%autompirun o|', ['off']],
    ['%mpirun --en|', ['--engine', '--env'].sort()],
    ['x = 1\n%mpirun --fr|', ['--fresh']],
    ['%%writefile -|', ['-a']]
  ])('%j', (marked, expected) => {
    expect(matches(marked)?.sort()).toEqual([...expected].sort());
  });

  test('an empty word offers all options but those already given', () => {
    const offered = matches('%%mpirun -n 4 --fresh --env A=1 |')!;
    expect(offered).not.toContain('-n');
    expect(offered).not.toContain('--fresh');
    expect(offered).toContain('--env');
    expect(offered).toContain('--timeout');
    expect(offered).not.toContain('--oversubscribe');
    expect(matches('%%mpirun --|')).toContain('--timeout');
    expect(matches('%%mpirun -|')).toContain('-n');
    expect(matches('%mpirun --|')).toContain('--timeout');
    expect(matches('%%rank 0 --|')).not.toContain('--fresh');
    expect(matches('%autompirun |')?.[0]).toBe('off');
  });

  test.each([
    'x = 1|',
    '%%mp|',
    '%%mpirun|',
    '%timeit |',
    '%%bash\n%mpirun --fr|',
    '%%mpirun --save |',
    '%%mpirun --save out|',
    '%mpirun -n 4 |',
    '%mpirun -n 4 he|',
    '%mpirun -n 4 heat.py --fr|',
    '%mpirun -m pkg --fr|',
    '%%writefile he|',
    '%%writefile a.py\nimport o|',
    '%%local\nimport o|',
    '# c\n%%mpirun --fr|',
    '|',
    '\n|\n%%mpirun -n 4\nx'
  ])('%j is the delegate’s', marked => {
    expect(completeCell(...at(marked))).toBeNull();
  });

  test('positions are code points of the cell', () => {
    expect(completeCell(...at('\n%%mpirun --save 🦆 --view=m|e\nx'))).toEqual({
      kind: 'magic',
      matches: ['merged'],
      cursorStart: 26,
      cursorEnd: 27
    });
  });

  test('the body is Python', () => {
    expect(completeCell(...at('\n%%mpirun --save 🦆\na = "🦆"\nprint(a|)'))).toEqual({
      kind: 'body',
      code: 'a = "🦆"\nprint(a)',
      cursorPos: 15,
      shift: 19
    });
    expect(completeCell(...at('%%rank 0\n|'))).toEqual({
      kind: 'body',
      code: '',
      cursorPos: 0,
      shift: 9
    });
  });
});

describe('inspection', () => {
  test.each([
    ['%%mpi|run -n 4', /^%%mpirun: Run this cell/],
    ['%%mpirun -n| 4', /^-n, -np, --n N\n/],
    ['%%mpirun -n 4|', /^-n, -np, --n N\n/],
    ['%%mpirun --time|out 4\nx', /^--timeout S\n/],
    ['%%mpirun --view=me|rged\nx', /^--view tabs\|merged\|grid\n/],
    ['%%mpirun --bo|gus\nx', /^%%mpirun: /],
    ['%%mpirun -n 4    |', /^%%mpirun: /],
    ['%wor|ld stop', /^%world: /],
    ['%world st|op', /^%world: /],
    ['x\n%mpi|run a.py', /^%mpirun: /]
  ])('%j', (marked, text) => {
    const found = inspectCell(...at(marked));
    expect(found).toMatchObject({ kind: 'magic' });
    expect((found as { text: string }).text).toMatch(text);
  });

  test.each(['pri|nt', '%time|it x', '%mpirun -n 4 hea|t.py', '%%writef|ile x\ny', '%%bash\nl|s'])(
    '%j is the delegate’s',
    marked => {
      expect(inspectCell(...at(marked))).toBeNull();
    }
  );

  test('the body is Python', () => {
    expect(inspectCell(...at('%%mpirun\npri|nt'))).toEqual({
      kind: 'body',
      code: 'print',
      cursorPos: 3,
      shift: 9
    });
  });
});

describe('completeness', () => {
  test.each([
    ['x = 1', null],
    ['', null],
    ['%mpirun -n 4 a.py', null],
    ['%%mpirun -n 4', 'incomplete'],
    ['%%mpirun -n 4\n', 'incomplete'],
    ['%%mpirun -n 4\n\n', 'complete'],
    ['%%mpirun -n 4\nx', 'incomplete'],
    ['%%mpirun -n 4\nx\n', 'incomplete'],
    ['%%mpirun -n 4\nx\n\n', 'complete'],
    ['%%mpirun -n 4\nx\n   ', 'incomplete'],
    ['%%mpirun -n 4\nx\n\n   ', 'complete'],
    ['%%mpirun -n 4\nx\n   \n', 'complete'],
    ['%%mpirun -n 4\nx \\\n\n', 'incomplete']
  ])('%j', (code, status) => {
    expect(isCompleteCell(code)?.status ?? null).toBe(status);
  });

  test('the next line is indented as the last', () => {
    expect(isCompleteCell('%%mpirun\nif x:\n    y')).toEqual({
      status: 'incomplete',
      indent: '    '
    });
  });
});
