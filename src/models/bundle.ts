import { RUN_MIME, type IRankModel, type IRunModel } from '../protocol/index.js';

/**
 * The run in a display bundle, or null where there is none that this version can read.
 * A notebook comes from anywhere, so what the views rely on is looked at, and what may
 * be missing is filled in. The result is a copy: the bundle stays the notebook's.
 */
export function readRun(bundle: { readonly [mimeType: string]: unknown }): IRunModel | null {
  const value = bundle[RUN_MIME];
  if (!isObject(value) || value['version'] !== 1 || typeof value['id'] !== 'string') {
    return null;
  }
  if (!Array.isArray(value['ranks']) || !value['ranks'].every(isRank)) {
    return null;
  }
  const run = structuredClone(value) as unknown as IRunModel;
  run.command = String(run.command ?? '');
  run.world = isObject(run.world)
    ? run.world
    : { name: '', size: run.ranks.length, engine: '', fresh: false };
  run.notices = Array.isArray(run.notices) ? run.notices : [];
  run.order = Array.isArray(run.order) ? run.order : [];
  return run;
}

function isRank(value: unknown): value is IRankModel {
  return (
    isObject(value) &&
    typeof value['rank'] === 'number' &&
    Array.isArray(value['outputs']) &&
    value['outputs'].every(isOutput)
  );
}

function isOutput(value: unknown): boolean {
  if (!isObject(value)) {
    return false;
  }
  switch (value['output_type']) {
    case 'stream':
      return typeof value['text'] === 'string';
    case 'display_data':
    case 'execute_result':
      return isObject(value['data']);
    case 'error':
      return Array.isArray(value['traceback']);
    default:
      return false;
  }
}

function isObject(value: unknown): value is { [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
