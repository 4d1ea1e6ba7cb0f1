import type { IRankEnd } from '../../../../kernel/trace/index.js';
import type { CallRecord } from '../../../../src/protocol/index.js';
import type { IStatement } from './program.js';

export interface ISent {
  from: number;
  to: number;
  comm: string;
  tag: number;
  bytes: number;
  buffered: boolean;
  taken: boolean;
  nonblocking: boolean;
}

export interface IPosted {
  at: number;
  source: number;
  comm: string;
  tag: number;
  got: ISent | null;
}

export interface IRunning {
  statement: IStatement;
  seq: number;
  sent: ISent | null;
  posted: IPosted | null;
  index: number;
}

export interface IRank {
  next: number;
  current: IRunning | null;
  requests: Map<string, IRunning & { number: number }>;
  end: IRankEnd | null;
  calls: CallRecord[];
  seq: number;
}
