import type { TranslationBundle } from '@jupyterlab/translation';

import type { RankState } from '../protocol/index.js';
import type { IconName } from './icons.js';

/** A state in words. */
export function stateWord(trans: TranslationBundle, state: RankState | IconName): string {
  switch (state) {
    case 'starting':
      return trans.__('starting');
    case 'running':
      return trans.__('running');
    case 'done':
      return trans.__('done');
    case 'error':
      return trans.__('error');
    case 'interrupted':
      return trans.__('interrupted');
    case 'dead':
      return trans.__('process ended');
    case 'lost':
      return trans.__('end not recorded');
  }
}

/** A time as a person says it: `85 ms`, `2.31 s`, `3 min 05 s`. */
export function duration(seconds: number): string {
  if (seconds < 1) {
    return `${Math.round(seconds * 1000)} ms`;
  }
  if (seconds < 60) {
    return `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`;
  }
  const whole = Math.floor(seconds);
  const minutes = Math.floor(whole / 60);
  const rest = String(whole % 60).padStart(2, '0');
  return minutes < 60
    ? `${minutes} min ${rest} s`
    : `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** The time on the clock of something that is running: whole seconds, nothing before one. */
export function clock(seconds: number): string {
  if (!(seconds >= 1)) {
    return '';
  }
  return seconds < 60 ? `${Math.floor(seconds)} s` : duration(seconds);
}

/** A size of text: `640 B`, `12 kB`, `3.4 MB`. */
export function byteSize(bytes: number): string {
  if (bytes < 1000) {
    return `${bytes} B`;
  }
  if (bytes < 999_500) {
    return `${Math.round(bytes / 1000)} kB`;
  }
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
