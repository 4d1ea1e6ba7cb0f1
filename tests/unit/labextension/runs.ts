import {
  RUN_MIME,
  type IRankModel,
  type IRunModel,
  type RankOutput
} from '../../../src/protocol/index.js';

/** A run as the kernel writes it, with what a test wants otherwise. */
export function makeRun(ranks: Partial<IRankModel>[], rest: Partial<IRunModel> = {}): IRunModel {
  const models = ranks.map((rank, index): IRankModel => ({
    rank: index,
    state: 'done',
    outputs: [],
    ...rank
  }));
  return {
    version: 1,
    id: 'run-1',
    command: `%%mpirun -n ${ranks.length}`,
    world: {
      name: String(ranks.length),
      size: ranks.length,
      engine: 'local',
      fresh: false
    },
    state: 'done',
    view: 'tabs',
    started: '2026-01-02T03:04:05.000Z',
    seconds: 0.31,
    ranks: models,
    notices: [],
    order: models.flatMap(model => [model.rank, itemsOf(model.outputs)]),
    ...rest
  };
}

export function stdout(text: string): RankOutput {
  return { output_type: 'stream', name: 'stdout', text };
}

export function stderr(text: string): RankOutput {
  return { output_type: 'stream', name: 'stderr', text };
}

/** A display bundle as it stands in a notebook. */
export function displayOf(run: IRunModel): object {
  return {
    output_type: 'display_data',
    metadata: {},
    data: { [RUN_MIME]: run, 'text/plain': 'plain text of the run' }
  };
}

function itemsOf(outputs: readonly RankOutput[]): number {
  let items = 0;
  for (const output of outputs) {
    items += output.output_type === 'stream' ? output.text.split(/(?<=\n)/).length : 1;
  }
  return items;
}
