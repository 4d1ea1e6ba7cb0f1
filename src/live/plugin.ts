import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';

import { IRunRegistry } from '../tokens.js';

/** Follows runs while they are running. */
export const livePlugin: JupyterFrontEndPlugin<void> = {
  id: 'rankbook:live',
  description: 'Follows MPI runs while they are running, also after the page was reloaded.',
  autoStart: true,
  requires: [INotebookTracker, IRunRegistry],
  activate: (_app: JupyterFrontEnd, tracker: INotebookTracker, registry: IRunRegistry): void => {
    const follow = async (panel: NotebookPanel): Promise<void> => {
      const { NotebookRuns } = await import('./notebookRuns.js');
      if (!panel.isDisposed) {
        // Ends with the panel.
        NotebookRuns.follow(panel, registry);
      }
    };
    tracker.forEach(panel => void follow(panel));
    tracker.widgetAdded.connect((_sender, panel) => void follow(panel));
  }
};
