import type { IRankModel, IRunModel, RankOutput } from '../../src/protocol/index.js';

/** One line of a stream (without its newline) or one other output, and whose it is. */
export interface IArrival {
  rank: Pick<IRankModel, 'rank' | 'label'>;
  item: { kind: 'line'; text: string; stderr: boolean } | { kind: 'output'; output: RankOutput };
}

/** The items of a run in the order in which they arrived; what the order lacks comes last. */
export function* arrivals(run: IRunModel): Generator<IArrival> {
  const cursors = new Map(
    run.ranks.map(rank => [rank.rank, { rank, cursor: new Cursor(rank.outputs) }])
  );
  for (let i = 0; i + 1 < run.order.length; i += 2) {
    const entry = cursors.get(run.order[i]);
    for (let n = run.order[i + 1]; entry && n > 0; n--) {
      const item = entry.cursor.next();
      if (!item) {
        break;
      }
      yield { rank: entry.rank, item };
    }
  }
  for (const { rank, cursor } of cursors.values()) {
    for (let item = cursor.next(); item; item = cursor.next()) {
      yield { rank, item };
    }
  }
}

class Cursor {
  private _outputs: RankOutput[];
  private _index = 0;
  private _at = 0;

  constructor(outputs: RankOutput[]) {
    this._outputs = outputs;
  }

  next(): IArrival['item'] | undefined {
    for (; this._index < this._outputs.length; this._index++, this._at = 0) {
      const output = this._outputs[this._index];
      if (output.output_type !== 'stream') {
        this._index++;
        this._at = 0;
        return { kind: 'output', output };
      }
      if (this._at < output.text.length) {
        const newline = output.text.indexOf('\n', this._at);
        const end = newline < 0 ? output.text.length : newline;
        const text = output.text.slice(this._at, end);
        this._at = end + 1;
        return { kind: 'line', text, stderr: output.name === 'stderr' };
      }
    }
    return undefined;
  }
}
