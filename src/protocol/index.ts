export * from './frames.js';
export * from './live.js';
export * from './run.js';
export * from './trace.js';
