import type { Delta, IRankModel, IRunModel, RankOutput, StreamName } from '../protocol/index.js';

/** A run that changes: its model, and what the model alone does not say. */
export interface ILiveRun {
  run: IRunModel;
  /** Ranks that asked for `clear_output(wait=True)`: their next output clears first. */
  clearing: Set<number>;
}

/** True where the run will not change any more. */
export function hasEnded(run: IRunModel): boolean {
  return run.state !== 'starting' && run.state !== 'running';
}

/**
 * Apply one change to a run, in place: text only ever grows by concatenation and the
 * arrival order by its last pair, so that a delta costs its own size and not the run's.
 * Ranks that the run does not have are ignored.
 *
 * @returns True where something already shown was taken away, so that a reader of the
 * arrival order has to start again.
 */
export function applyDelta(live: ILiveRun, delta: Delta): boolean {
  const { run } = live;
  switch (delta.op) {
    case 'notice':
      run.notices.push(delta.notice);
      return false;
    case 'run':
      run.state = delta.state;
      if (delta.seconds !== undefined) {
        run.seconds = delta.seconds;
      }
      return false;
  }
  const rank = findRank(run, delta.rank);
  if (!rank) {
    return false;
  }
  switch (delta.op) {
    case 'stream': {
      const cleared = clearIfDue(live, rank);
      addText(run, rank, delta.name, delta.text);
      return cleared;
    }
    case 'output': {
      const cleared = clearIfDue(live, rank);
      if (delta.output.output_type === 'stream') {
        addText(run, rank, delta.output.name, delta.output.text);
      } else {
        rank.outputs.push(delta.output);
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
      return clear(run, rank);
    case 'rank':
      rank.state = delta.state;
      if (delta.seconds !== undefined) {
        rank.seconds = delta.seconds;
      }
      if (delta.line !== undefined) {
        rank.line = delta.line;
      }
      if (delta.exit !== undefined) {
        rank.exit = delta.exit;
      }
      return false;
    case 'skip':
      rank.omitted = (rank.omitted ?? 0) + delta.bytes;
      return false;
  }
}

function findRank(run: IRunModel, rank: number): IRankModel | undefined {
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

function addText(run: IRunModel, rank: IRankModel, name: StreamName, text: string): void {
  if (!text) {
    return;
  }
  const last = rank.outputs[rank.outputs.length - 1];
  let items = countLines(text);
  if (last?.output_type === 'stream' && last.name === name) {
    if (!last.text.endsWith('\n')) {
      items -= 1;
    }
    last.text += text;
  } else {
    rank.outputs.push({ output_type: 'stream', name, text });
  }
  addOrder(run, rank.rank, items);
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
  return live.clearing.delete(rank.rank) && clear(live.run, rank);
}

function clear(run: IRunModel, rank: IRankModel): boolean {
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
