export * from './first.js';
export * from './frames.js';
export * from './live.js';
export * from './record.js';
export * from './run.js';
export * from './trace.js';
