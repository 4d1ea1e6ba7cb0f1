import type { Delta, IRankModel, IRunModel, RankOutput, StreamName } from '../protocol/index.js';

/** A run that changes: its model, and what the model alone does not say. */
export interface ILiveRun {
  run: IRunModel;
  /** Ranks that asked for `clear_output(wait=True)`: their next output clears first. */
  clearing: Set<number>;
  /**
   * Ranks whose last output is a text that lacks its newline. Looking at the end of a text
   * that was put together from many would copy all of it each time.
   */
  open: Set<number>;
}

/** The run, ready for deltas. */
export function makeLive(run: IRunModel): ILiveRun {
  const open = run.ranks.filter(({ outputs }) => {
    const last = outputs[outputs.length - 1];
    return last?.output_type === 'stream' && !last.text.endsWith('\n');
  });
  return { run, clearing: new Set(), open: new Set(open.map(rank => rank.rank)) };
}

/** True where the run will not change any more. */
export function hasEnded(run: IRunModel): boolean {
  return run.state !== 'starting' && run.state !== 'running';
}

/**
 * Apply one change to a run, in place: text only ever grows by concatenation and the
 * arrival order by its last pair, so that a delta costs its own size and not the run's.
 * Ranks that the run does not have are ignored, unless they join it with a label.
 *
 * @returns True where something already shown was taken away, so that a reader of the
 * arrival order has to start again.
 */
export function applyDelta(live: ILiveRun, delta: Delta): boolean {
  const { run } = live;
  if (delta.op === 'notice') {
    run.notices.push(delta.notice);
    return false;
  }
  if (delta.op === 'run') {
    run.state = delta.state;
    run.seconds = delta.seconds ?? run.seconds;
    run.world = delta.world ?? run.world;
    return false;
  }
  const rank = findRank(run, delta.rank) ?? join(run, delta);
  return rank ? applyToRank(live, rank, delta) : false;
}

type RankDelta = Extract<Delta, { rank: number }>;

function applyToRank(live: ILiveRun, rank: IRankModel, delta: RankDelta): boolean {
  const { run } = live;
  switch (delta.op) {
    case 'stream': {
      const cleared = clearIfDue(live, rank);
      addText(live, rank, delta.name, delta.text);
      return cleared;
    }
    case 'output': {
      const cleared = clearIfDue(live, rank);
      if (delta.output.output_type === 'stream') {
        addText(live, rank, delta.output.name, delta.output.text);
      } else {
        rank.outputs.push(delta.output);
        live.open.delete(rank.rank);
        addOrder(run, rank.rank, 1);
      }
      return cleared;
    }
    case 'update':
      for (const output of rank.outputs) {
        if (hasDisplayId(output, delta.display_id)) {
          output.data = delta.data;
          output.metadata = delta.metadata;
        }
      }
      return false;
    case 'clear':
      if (delta.wait) {
        live.clearing.add(rank.rank);
        return false;
      }
      live.clearing.delete(rank.rank);
      return clear(live, rank);
    case 'rank':
      rank.state = delta.state;
      rank.seconds = delta.seconds ?? rank.seconds;
      rank.line = delta.line ?? rank.line;
      rank.exit = delta.exit ?? rank.exit;
      return false;
    case 'skip':
      rank.omitted = (rank.omitted ?? 0) + delta.bytes;
      return false;
  }
}

/** A process that a rank has spawned comes with its label. */
function join(run: IRunModel, delta: RankDelta): IRankModel | undefined {
  if (delta.op !== 'rank' || delta.label === undefined) {
    return undefined;
  }
  const model = { rank: delta.rank, label: delta.label, state: delta.state, outputs: [] };
  run.ranks.push(model);
  return model;
}

/** The number of a rank; of a spawned process its label. */
export function rankName({ rank, label }: Pick<IRankModel, 'rank' | 'label'>): string {
  return label ?? String(rank);
}

/** The rank of this number. */
export function findRank(run: IRunModel, rank: number): IRankModel | undefined {
  // Most runs have all ranks of their world, so that the index is the rank.
  const guess = run.ranks[rank];
  return guess?.rank === rank ? guess : run.ranks.find(model => model.rank === rank);
}

function hasDisplayId(
  output: RankOutput,
  id: string
): output is Extract<RankOutput, { output_type: 'display_data' }> {
  return output.output_type === 'display_data' && output.transient?.display_id === id;
}

function addText(live: ILiveRun, rank: IRankModel, name: StreamName, text: string): void {
  if (!text) {
    return;
  }
  const last = rank.outputs[rank.outputs.length - 1];
  let items = countLines(text);
  if (last?.output_type === 'stream' && last.name === name) {
    if (live.open.has(rank.rank)) {
      items -= 1;
    }
    last.text += text;
  } else {
    rank.outputs.push({ output_type: 'stream', name, text });
  }
  if (text.endsWith('\n')) {
    live.open.delete(rank.rank);
  } else {
    live.open.add(rank.rank);
  }
  addOrder(live.run, rank.rank, items);
}

/** Lines of a text, of which the last one may lack its newline. */
function countLines(text: string): number {
  let count = 0;
  let at = -1;
  while ((at = text.indexOf('\n', at + 1)) !== -1) {
    count += 1;
  }
  return text.endsWith('\n') ? count : count + 1;
}

function addOrder(run: IRunModel, rank: number, items: number): void {
  if (items === 0) {
    return;
  }
  const { order } = run;
  if (order.length > 0 && order[order.length - 2] === rank) {
    order[order.length - 1] = (order[order.length - 1] ?? 0) + items;
  } else {
    order.push(rank, items);
  }
}

function clearIfDue(live: ILiveRun, rank: IRankModel): boolean {
  return live.clearing.delete(rank.rank) && clear(live, rank);
}

function clear({ run, open }: ILiveRun, rank: IRankModel): boolean {
  open.delete(rank.rank);
  if (rank.outputs.length === 0) {
    return false;
  }
  rank.outputs = [];
  const order: number[] = [];
  for (let i = 0; i + 1 < run.order.length; i += 2) {
    const [who = 0, items = 0] = run.order.slice(i, i + 2);
    if (who === rank.rank) {
      continue;
    }
    if (order[order.length - 2] === who) {
      order[order.length - 1] = (order[order.length - 1] ?? 0) + items;
    } else {
      order.push(who, items);
    }
  }
  run.order = order;
  return true;
}
