export { ansiToHtml, escapeHtml, withoutAnsi } from './ansi.js';
export { finalBundle, previewBundle } from './bundle.js';
export { DeltaQueue } from './deltaQueue.js';
export { bytesInWords, capitalised, counted, ranksInWords, secondsInWords } from './phrases.js';
export { outputText } from './plainText.js';
export { RunReducer, RUN_BUDGET, type RunHead } from './reducer.js';
export { shorten } from './shorten.js';
