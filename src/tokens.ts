import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Token } from '@lumino/coreutils';

import type { IRunModel, KernelMessage } from './protocol/index.js';

/** The tab that a run opens with where no rank has failed. */
export type OpeningTab = 'all' | 'first';

/** `auto` leaves the choice to the kernel and writes nothing into the cell. */
export type EngineChoice = 'auto' | 'local' | 'mpiexec';

/** What the user has set for Rankbook. */
export interface IRankbookSettings {
  /** Number of ranks that the toolbar button writes. */
  readonly ranks: number;
  readonly engine: EngineChoice;
  readonly openingTab: OpeningTab;
  /** Emitted after any of them has changed. */
  readonly changed: ISignal<IRankbookSettings, void>;
}

export const IRankbookSettings = new Token<IRankbookSettings>(
  'rankbook:IRankbookSettings',
  'The settings of Rankbook: default number of ranks, engine, opening tab.'
);

/** One run, as the page knows it now. */
export interface IRun {
  readonly id: string;
  /** Owned by the run; not to be changed or kept by others. */
  readonly run: IRunModel;
  /** It will not change any more. */
  readonly ended: boolean;
  /** It was stored as running but nobody runs it any more: its end will never be known. */
  readonly lost: boolean;
  /** Counts up where outputs were taken away or replaced. */
  readonly generation: number;
  /** Counts up with each change of the rank. */
  version(rank: number): number;
  /** Emitted after any change. */
  readonly changed: ISignal<IRun, void>;
}

/** The way from the page to one kernel, over its comm. */
export interface IRunLink {
  /** Ask for a snapshot of a run; {@link IRunRegistry.receive} gets the answer. */
  attach(id: string): void;
}

/**
 * The runs that this page shows, by id. Views of the same run share one model while it
 * is running.
 */
export interface IRunRegistry {
  /**
   * The model of the run in a display bundle. The caller gives it back with
   * {@link IRunRegistry.release}. A bundle of a run that has ended is final and
   * replaces what was shown; one of a running run is older than what deltas have told.
   *
   * @param trusted - The notebook that holds the bundle is trusted. A bundle of one that is
   * not may claim any id: it never replaces what a trusted one shows.
   */
  acquire(bundle: IRunModel, trusted: boolean): IRun;
  release(run: IRun): void;
  /** Make a link known; disposing the result tells that it is gone. */
  addLink(link: IRunLink): IDisposable;
  /** Take in what a kernel has sent. */
  receive(link: IRunLink, message: KernelMessage): void;
  /** Ask again for every run that is still running, as after a break of the connection. */
  refresh(link: IRunLink): void;
}

export const IRunRegistry = new Token<IRunRegistry>(
  'rankbook:IRunRegistry',
  'The MPI runs that this page shows, with their live models.'
);
