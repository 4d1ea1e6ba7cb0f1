import { completeCell, inspectCell } from '../magics/index.js';
import type { Json } from '../wire/message.js';

/** Who knows names: rank 0 (null: it does not answer) and the delegate. */
export interface INameSources {
  rank(code: string, cursorPos: number): Promise<Json | null>;
  delegate(code: string, cursorPos: number): Promise<Json>;
}

/** How long rank 0 may take, milliseconds: completion must not wait for a busy rank. */
const RANK_PATIENCE = 300;

/**
 * The completion of a cell that is ours; null: the whole request is the delegate's.
 *
 * @param automatic - Plain cells run on ranks.
 */
export function completeOurs(
  code: string,
  cursorPos: number,
  automatic: boolean,
  sources: INameSources
): Promise<Json> | null {
  const place = completeCell(code, cursorPos) ?? plainBody(code, cursorPos, automatic);
  if (place?.kind === 'magic') {
    return Promise.resolve({
      status: 'ok',
      matches: place.matches,
      cursor_start: place.cursorStart,
      cursor_end: place.cursorEnd,
      metadata: {}
    });
  }
  return place && completeBody(place.code, place.cursorPos, place.shift, sources);
}

/** The inspection of a cell that is ours; null: the whole request is the delegate's. */
export function inspectOurs(
  code: string,
  cursorPos: number,
  automatic: boolean,
  sources: INameSources
): Promise<Json> | null {
  const place = inspectCell(code, cursorPos) ?? plainBody(code, cursorPos, automatic);
  if (place?.kind === 'magic') {
    return Promise.resolve({
      status: 'ok',
      found: true,
      data: { 'text/plain': place.text },
      metadata: {}
    });
  }
  return place && inspectBody(place.code, place.cursorPos, sources);
}

function plainBody(
  code: string,
  cursorPos: number,
  automatic: boolean
): { kind: 'body'; code: string; cursorPos: number; shift: number } | null {
  return automatic && !/^\s*[%!?]/.test(code) ? { kind: 'body', code, cursorPos, shift: 0 } : null;
}

async function completeBody(
  code: string,
  cursorPos: number,
  shift: number,
  sources: INameSources
): Promise<Json> {
  const [rank, delegate] = await Promise.all([
    patiently(sources.rank(code, cursorPos)),
    sources.delegate(code, cursorPos)
  ]);
  const merged = mergeCompletions(rank, delegate);
  return {
    ...merged,
    cursor_start: Number(merged['cursor_start']) + shift,
    cursor_end: Number(merged['cursor_end']) + shift,
    metadata: shiftTypes(merged['metadata'], shift)
  };
}

async function inspectBody(code: string, cursorPos: number, sources: INameSources): Promise<Json> {
  const rank = await patiently(sources.rank(code, cursorPos));
  return rank?.['found'] === true ? rank : sources.delegate(code, cursorPos);
}

/**
 * Rank 0's names first, then those of the delegate that it does not have. Where the two
 * would replace different stretches of text, the rank's alone: its variables are meant.
 */
export function mergeCompletions(rank: Json | null, delegate: Json): Json {
  const first = (rank?.['matches'] as string[] | undefined) ?? [];
  if (!rank || first.length === 0) {
    return delegate;
  }
  const same =
    rank['cursor_start'] === delegate['cursor_start'] &&
    rank['cursor_end'] === delegate['cursor_end'];
  const second = same ? ((delegate['matches'] as string[] | undefined) ?? []) : [];
  const matches = [...new Set([...first, ...second])];
  const types = new Map<unknown, Json>();
  for (const type of [...typesOf(delegate), ...typesOf(rank)]) {
    types.set(type['text'], type);
  }
  const known = matches.flatMap(match => types.get(match) ?? []);
  return {
    status: 'ok',
    matches,
    cursor_start: rank['cursor_start'],
    cursor_end: rank['cursor_end'],
    // A list that lacks some matches would hide these.
    metadata: known.length === matches.length ? { [TYPES]: known } : {}
  };
}

/** IPython's extension of complete_reply: JupyterLab shows these where they are given. */
const TYPES = '_jupyter_types_experimental';

function typesOf(reply: Json): Json[] {
  const metadata = reply['metadata'] as Json | undefined;
  return (metadata?.[TYPES] as Json[] | undefined) ?? [];
}

function shiftTypes(metadata: unknown, shift: number): Json {
  const types = typesOf({ metadata });
  return {
    ...(metadata as Json | undefined),
    ...(types.length > 0 && {
      [TYPES]: types.map(type => ({
        ...type,
        start: Number(type['start']) + shift,
        end: Number(type['end']) + shift
      }))
    })
  };
}

async function patiently(answer: Promise<Json | null>): Promise<Json | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>(resolve => {
    timer = setTimeout(() => resolve(null), RANK_PATIENCE);
  });
  try {
    return await Promise.race([answer, late]);
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}
