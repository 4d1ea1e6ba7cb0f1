import { describe, expect, it } from 'vitest';
import { fromJUnit, fromVitest, sum } from '../../../scripts/tests/counts.mjs';

const vitestFile = (status, ...tests) => ({
  ...{ name: 'file', message: '', status },
  assertionResults: tests.map(([name, result, ...failureMessages]) => ({
    ...{ fullName: name, status: result, failureMessages }
  }))
});

describe('counts of a test run', () => {
  it('are read from the JSON of vitest', () => {
    const testResults = [
      vitestFile('passed', ['a', 'passed'], ['b', 'skipped']),
      vitestFile('failed', ['c', 'passed'], ['d', 'failed', 'Error: no\n at x'])
    ];
    expect(fromVitest(JSON.stringify({ testResults }))).toEqual({
      passed: 2,
      failed: 1,
      failures: ['d: Error: no'],
      skipped: ['b (skipped)']
    });
  });

  it('have a failure for a file that vitest could not load', () => {
    const testResults = [vitestFile('failed')];
    expect(fromVitest(JSON.stringify({ testResults }))).toMatchObject({
      failed: 1,
      failures: ['file']
    });
  });

  it('are read from the JUnit report of pytest', () => {
    const xml = `<?xml version="1.0"?><testsuites><testsuite tests="5">
      <testcase classname="m" name="ok" time="0.1" />
      <testcase classname="m" name="prints &gt; text" time="0.1"><system-out>&lt;failure</system-out></testcase>
      <testcase classname="m" name="wrong" time="0.1"><failure message="a &gt; b">trace</failure></testcase>
      <testcase classname="m" name="broken" time="0"><error message="no module">trace</error></testcase>
      <testcase classname="m" name="later" time="0"><skipped type="x" message="not on this system">f</skipped></testcase>
    </testsuite></testsuites>`;
    expect(fromJUnit(xml)).toEqual({
      passed: 2,
      failed: 2,
      failures: ['wrong: a &gt; b', 'broken: no module'],
      skipped: ['later: not on this system']
    });
  });

  it('add up', () => {
    const one = { passed: 1, failed: 2, failures: ['y'], skipped: ['x'] };
    expect(sum([one, one])).toEqual({
      ...{ passed: 2, failed: 4, failures: ['y', 'y'], skipped: ['x', 'x'] }
    });
    expect(sum([])).toEqual({ passed: 0, failed: 0, failures: [], skipped: [] });
  });
});
