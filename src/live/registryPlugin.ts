import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

// eslint-disable-next-line jupyter/prefer-lazy-imports -- the service itself
import { RunRegistry } from '../models/registry.js';
import { IRunRegistry } from '../tokens.js';

/** Keeps the runs that the page shows. */
export const registryPlugin: JupyterFrontEndPlugin<IRunRegistry> = {
  id: 'rankbook:runs',
  description: 'Provides the registry of the MPI runs that the page shows.',
  autoStart: true,
  provides: IRunRegistry,
  activate: (): IRunRegistry => new RunRegistry()
};
