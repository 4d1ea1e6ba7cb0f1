import type { Delta, IRunModel } from '../../../../src/protocol/index.js';
import { RunReducer } from '../../../../kernel/output/index.js';
import type { RunHead } from '../../../../kernel/output/index.js';

export function head(size: number, changes: Partial<RunHead> = {}): RunHead {
  return {
    id: '5a0c',
    command: `%%mpirun -n ${size}`,
    world: { name: String(size), size, engine: 'local', fresh: true },
    view: 'tabs',
    started: '2026-01-02T03:04:05.000Z',
    ranks: Array.from({ length: size }, (_, rank) => rank),
    ...changes
  };
}

/** The model that these changes make. */
export function modelOf(size: number, deltas: Delta[], budget?: number): IRunModel {
  const reducer = new RunReducer(head(size), budget);
  deltas.forEach(delta => reducer.apply(delta));
  return reducer.model();
}

export function text(rank: number, value: string, name: 'stdout' | 'stderr' = 'stdout'): Delta {
  return { op: 'stream', rank, name, text: value };
}

export function display(rank: number, value: string, display_id?: string): Delta {
  return {
    op: 'output',
    rank,
    output: {
      output_type: 'display_data',
      data: { 'text/plain': value },
      metadata: {},
      ...(display_id === undefined ? {} : { transient: { display_id } })
    }
  };
}

/** What a rank shows, its outputs told apart by `|`. */
export function shown(run: IRunModel, rank = 0): string {
  return (run.ranks[rank]?.outputs ?? [])
    .map(output => {
      switch (output.output_type) {
        case 'stream':
          return output.text;
        case 'error':
          return output.ename;
        default:
          return String(output.data['text/plain']);
      }
    })
    .join('|');
}
