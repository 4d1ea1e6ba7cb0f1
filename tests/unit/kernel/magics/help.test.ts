import { describe, expect, test } from 'vitest';
import { signature } from '../../../../kernel/magics/help.js';
import { MAGICS } from '../../../../kernel/magics/magics.js';
import { optionsOf } from '../../../../kernel/magics/options.js';
import { plan } from './cells.js';

function helpOf(source: string): string {
  const found = plan(source);
  if (found.kind !== 'help') {
    throw new Error(`No help but ${JSON.stringify(found)}`);
  }
  return found.text;
}

const OURS = MAGICS.filter(magic => magic.name !== '%%writefile');

describe('help', () => {
  test.each(OURS)('$name? tells all of its options', magic => {
    const text = helpOf(`${magic.name}?`);
    expect(text.startsWith(`${magic.name}: ${magic.summary}\n`)).toBe(true);
    const flat = text.replace(/\s+/g, ' ');
    for (const option of optionsOf(magic.name).filter(each => each.key !== 'help')) {
      expect(flat).toContain(signature(option));
    }
    expect(text.split('\n').every(line => line.length <= 90)).toBe(true);
  });

  test.each([
    '%%mpirun?',
    '%%mpirun??',
    '?%%mpirun',
    '??%%mpirun',
    '\n%%mpirun?\n',
    '%%mpirun -h\n'
  ])('%j', source => {
    expect(helpOf(source)).toBe(helpOf('%%mpirun?'));
  });

  test('each magic has its own', () => {
    expect(new Set(OURS.map(magic => helpOf(`${magic.name}?`))).size).toBe(OURS.length);
  });

  test('the examples are sound', () => {
    for (const example of MAGICS.flatMap(magic => magic.examples)) {
      expect(plan(example.join('\n')).kind).not.toBe('mistake');
    }
  });
});
