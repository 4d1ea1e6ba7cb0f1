import type { IDisposable } from '@lumino/disposable';

/** Of the page's time, views of one run take at most one part in so many. */
const SHARE = 4;

/**
 * Paints at most once per animation frame, and less often where painting is slow, so
 * that a flood of output does not make the page unusable.
 */
export class Painter implements IDisposable {
  constructor(paint: () => void) {
    this._paint = paint;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._cancel();
  }

  /** Paint soon. */
  request(): void {
    if (this._isDisposed || this._frame !== null || this._timer !== null) {
      return;
    }
    const wait = this._notBefore - performance.now();
    if (wait > 0) {
      this._timer = setTimeout(() => {
        this._timer = null;
        this.request();
      }, wait);
      return;
    }
    this._frame = requestAnimationFrame(() => {
      this._frame = null;
      this.paintNow();
    });
  }

  /** Paint at once; a paint that was requested is done with this. */
  paintNow(): void {
    if (this._isDisposed) {
      return;
    }
    this._cancel();
    const start = performance.now();
    this._paint();
    const end = performance.now();
    this._notBefore = end + (SHARE - 1) * (end - start);
  }

  private _cancel(): void {
    if (this._frame !== null) {
      cancelAnimationFrame(this._frame);
      this._frame = null;
    }
    if (this._timer !== null) {
      clearTimeout(this._timer);
      this._timer = null;
    }
  }

  private _paint: () => void;
  private _frame: number | null = null;
  private _timer: ReturnType<typeof setTimeout> | null = null;
  private _notBefore = 0;
  private _isDisposed = false;
}
