import type { ICause, Problem } from './diagnosis.js';
import { causesOf } from './diagnosis.js';
import type { ITelling } from './places.js';
import { endRow, stuckRow } from './places.js';
import type { IRow } from './rows.js';
import { layOut } from './rows.js';
import type { IStuck } from './waitfor.js';
import { wordCause } from './wording.js';
import { ranksText } from './words.js';

/** A deadlock in words. */
export interface IExplanation {
  problem: Problem | 'mixed';
  /** First line of `text`. */
  title: string;
  /** Title, one row a rank, hint: plain text, at most some 40 lines. */
  text: string;
}

/** The same for one rank in it: the title and its own row, without what only repeats. */
export function explainTo(node: IStuck, { title, problem }: IExplanation, scene: ITelling): string {
  const [row] = layOut([stuckRow(node, scene, problem === 'tag')], scene.size);
  return `${title.replace(/^Deadlock: /, '')}\n${row}`;
}

/** Reasons told one by one; more are summed up. */
const MAX_CAUSES = 4;

/** Tell why these ranks are stuck, where in the cell, and what to do about it. */
export function explain(stuck: IStuck[], scene: ITelling): IExplanation {
  const causes = causesOf(stuck, scene);
  const [first] = causes;
  if (first !== undefined && causes.length === 1) {
    const { title, hint, rows } = wordCause(first, scene);
    const head = `Deadlock: ${title}.`;
    const behind = stuck.filter(node => !first.nodes.includes(node));
    const lines = causeRows(first, scene, rows, behind);
    const text = [head, ...layOut(lines, scene.size), `Hint: ${hint}`].join('\n');
    return { problem: first.problem, title: head, text };
  }
  const ranks = stuck.map(node => node.rank);
  const head = `Deadlock: ${ranksText(ranks)} can not go on, for ${causes.length} reasons.`;
  const told = causes.slice(0, MAX_CAUSES).flatMap((cause, at) => {
    const { title, hint, rows } = wordCause(cause, scene);
    const lines = layOut(causeRows(cause, scene, rows), scene.size);
    return [
      `${at + 1}. ${title.charAt(0).toUpperCase()}${title.slice(1)}.`,
      ...lines,
      `  Hint: ${hint}`
    ];
  });
  const more = causes.length - MAX_CAUSES;
  const rest = stuck.filter(node => !causes.some(cause => cause.nodes.includes(node)));
  const text = [
    head,
    ...told,
    ...(more > 0 ? [`... and ${more} more reasons`] : []),
    ...(rest.length > 0 ? ['Behind these:', ...layOut(behindRows(rest, scene), scene.size)] : [])
  ].join('\n');
  return { problem: 'mixed', title: head, text };
}

function causeRows(cause: ICause, scene: ITelling, rows: IRow[], behind: IStuck[] = []): IRow[] {
  const showTag = cause.problem === 'tag';
  const ends = cause.targets.filter(
    rank => scene.ends.has(rank) && !rows.some(row => row.rank === rank)
  );
  const own = [...cause.nodes, ...behind].map(node => {
    const row = stuckRow(node, scene, showTag);
    // A message of the very call in which the rank is stuck belongs into its row.
    const extra = rows.find(other => isSameCall(row, other));
    const isTold = node.needs.some(({ need }) => need.what === 'receiver');
    return extra && !isTold ? { ...row, note: `${row.note}; ${extra.note}` } : row;
  });
  return [
    ...own,
    ...rows.filter(row => !own.some(other => isSameCall(row, other))),
    ...ends.map(rank => endRow(rank, scene))
  ];
}

function isSameCall(row: IRow, other: IRow): boolean {
  return row.rank === other.rank && row.place === other.place && row.place !== '';
}

function behindRows(behind: IStuck[], scene: ITelling): IRow[] {
  return behind.map(node => stuckRow(node, scene, false));
}
