import type {
  Delta,
  INotice,
  IRunModel,
  KernelMessage,
  MimeBundle
} from '../../src/protocol/index.js';
import { DeltaQueue, RunReducer, finalBundle, previewBundle, shorten } from '../output/index.js';
import type { RunHead } from '../output/index.js';
import type { ICellPort, ILivePort } from './spec.js';

/** Milliseconds between two messages to attached pages: 20 a second. */
const LIVE_INTERVAL = 50;
/** Milliseconds between two whole updates for front ends that hear no deltas. */
const PREVIEW_INTERVAL = 250;
/** Bytes of text in a preview, and its cost as a message (three forms of it and the frame). */
const PREVIEW_TEXT = 8 * 1024;
/** Previews may use this many bytes at once, per second, and per byte of text. */
const PREVIEW_BURST = 96 * 1024;
const PREVIEW_RATE = 16 * 1024;
const PREVIEW_SHARE = 0.15;
/** Text of the snapshot for a page that attaches. */
const SNAPSHOT_TEXT = 2 * 1024 * 1024;

/**
 * What one run shows: one display, published at once, kept up to date by deltas to the
 * attached pages or by whole updates where there is none, and brought to its final form
 * exactly once.
 */
export class RunDisplay {
  readonly id: string;
  private _reducer: RunReducer;
  private _queue = new DeltaQueue();
  private _cell: ICellPort;
  private _live: ILivePort;
  private _seq = 0;
  private _timer: NodeJS.Timeout | null = null;
  private _changed = false;
  private _preview = { tokens: PREVIEW_BURST, last: 0, cost: 0 };
  private _beforeTick: () => void;

  /** @param beforeTick - called before changes are given out: time to say what has piled up */
  constructor(head: RunHead, cell: ICellPort, live: ILivePort, beforeTick: () => void) {
    this.id = head.id;
    this._reducer = new RunReducer(head);
    this._cell = cell;
    this._live = live;
    this._beforeTick = beforeTick;
  }

  /** Publish the display, all ranks `starting`. */
  open(): void {
    this._preview.last = performance.now();
    this._publish('display_data', previewBundle(this._reducer.model(), PREVIEW_TEXT));
  }

  /** The world is there: its engine and age may be others than expected. */
  setWorld(world: IRunModel['world']): void {
    this._reducer.setWorld(world);
    if (this._live.attached) {
      this._queue.push({ op: 'run', state: 'starting', world });
      this.schedule();
    }
  }

  /** No rank takes part: the world could not be had. */
  dropRanks(): void {
    this._reducer.dropRanks();
  }

  apply(delta: Delta): void {
    this._reducer.apply(delta);
    this._changed = true;
    if (delta.op === 'stream') {
      this._preview.tokens += PREVIEW_SHARE * delta.text.length;
    }
    if (this._live.attached) {
      this._queue.push(delta);
    }
    this.schedule();
  }

  /** See to it that {@link apply}'d changes, or what `beforeTick` will add, are given out. */
  schedule(): void {
    this._timer ??= setTimeout(() => {
      this._timer = null;
      this._tick();
    }, LIVE_INTERVAL);
  }

  /** The run as it is now; deltas sent from now on apply to it. */
  snapshot(): KernelMessage {
    this._sendDeltas();
    const run = shorten(this._reducer.model(true), SNAPSHOT_TEXT, ' while the run is running');
    return { type: 'snapshot', seq: this._seq, run };
  }

  /** The final bundle, and nothing after it; `notices` are all of the run. Gives the bundle. */
  close(state: IRunModel['state'], seconds: number, notices: INotice[]): MimeBundle {
    this._reducer.apply({ op: 'run', state, seconds });
    this.dispose();
    this._reducer.setNotices(notices);
    const bundle = finalBundle(this._reducer.model());
    // What deltas would still have to tell is in the bundle.
    this._publish('update_display_data', bundle);
    if (this._live.attached) {
      this._live.send({ type: 'end', id: this.id, seq: ++this._seq });
    }
    return bundle;
  }

  dispose(): void {
    if (this._timer) {
      clearTimeout(this._timer);
      this._timer = null;
    }
  }

  private _tick(): void {
    this._beforeTick();
    if (this._live.attached) {
      this._sendDeltas();
      return;
    }
    // A page that comes asks for a snapshot, which holds what it missed.
    this._queue = new DeltaQueue();
    if (this._changed) {
      this._sendPreview();
    }
  }

  private _sendDeltas(): void {
    if (this._queue.empty) {
      return;
    }
    const deltas = this._queue.take(performance.now());
    this._live.send({ type: 'deltas', id: this.id, seq: ++this._seq, deltas });
    this._changed = false;
  }

  private _sendPreview(): void {
    const preview = this._preview;
    const now = performance.now();
    const since = now - preview.last;
    const tokens = Math.min(PREVIEW_BURST, preview.tokens + (since / 1000) * PREVIEW_RATE);
    if (since < Math.max(PREVIEW_INTERVAL, 20 * preview.cost) || tokens <= 0) {
      this.schedule();
      return;
    }
    const bundle = previewBundle(this._reducer.model(), PREVIEW_TEXT);
    this._publish('update_display_data', bundle);
    const size = Object.values(bundle).reduce<number>(
      (sum, v) => sum + JSON.stringify(v).length,
      0
    );
    preview.tokens = tokens - size;
    preview.last = performance.now();
    preview.cost = preview.last - now;
    this._changed = false;
  }

  private _publish(type: 'display_data' | 'update_display_data', data: object): void {
    if (!this._cell.silent) {
      this._cell.publish(type, { data, metadata: {}, transient: { display_id: this.id } });
    }
  }
}
