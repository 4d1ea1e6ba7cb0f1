import { unknownName } from '../runs/advice.js';
import type { Json } from '../wire/message.js';
import type { IRunner } from './runner.js';

/**
 * An `error` of a plain cell with a hint, where it does not know a name that ranks have; null
 * for all others.
 */
export async function withRankHint(
  content: Json,
  inspect: IRunner['inspect']
): Promise<Json | null> {
  const { ename, evalue, traceback } = content;
  const name = unknownName(String(ename), String(evalue));
  if (name === null || !Array.isArray(traceback)) {
    return null;
  }
  const known = await inspect(name, [...name].length, 0);
  if (known?.['found'] !== true) {
    return null;
  }
  const hint =
    `Hint: ranks know ${name}, but this is a plain cell, a Python process of its own. Begin it ` +
    'with %%rank 0, or with %%mpirun for all ranks.';
  return { ...content, traceback: [...(traceback as string[]), hint] };
}
