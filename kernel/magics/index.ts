/**
 * The language of cells: pure functions from the text of a cell to what it asks for, to its
 * completions and to its help. All positions are code points, as in the Jupyter protocol.
 * None of them throws, whatever the text.
 *
 * `%%local` and the magics that {@link parseCell} leaves to the delegate need counterparts
 * there: `%%local` runs its cell as a plain one, the others call back with
 * {@link parseMagicCall}.
 */
export { parseCell, parseMagicCall, parseShellCall } from './cell.js';
export { completeCell, type CellCompletion } from './complete.js';
export { inspectCell, type CellInspection } from './inspect.js';
export { isCompleteCell, type CellCompleteness } from './is-complete.js';
export { MAGICS } from './magics.js';
export { nearest } from './nearest.js';
export type { CellPlan, IMistake } from './plan.js';
