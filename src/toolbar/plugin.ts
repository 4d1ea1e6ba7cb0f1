import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import type { Cell } from '@jupyterlab/cells';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { runsOnRanks, toggleRanks } from '../models/magicLine.js';
import { IRankbookSettings } from '../tokens.js';
import { ranksIcon } from './icon.js';

const RUN_ON_RANKS = 'rankbook:run-on-ranks';

/** The button that writes the magic line. */
export const toolbarPlugin: JupyterFrontEndPlugin<void> = {
  id: 'rankbook:toolbar',
  description: 'Adds the command that makes a cell run on MPI ranks, or plain again.',
  autoStart: true,
  requires: [INotebookTracker, IRankbookSettings],
  optional: [ITranslator, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    settings: IRankbookSettings,
    translator: ITranslator | null,
    palette: ICommandPalette | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('rankbook');
    const { commands } = app;

    const activeCell = (): Cell | null => {
      const cell = tracker.activeCell;
      return cell?.model.type === 'code' ? cell : null;
    };
    const sourceOf = (cell: Cell): string => cell.model.sharedModel.getSource();

    commands.addCommand(RUN_ON_RANKS, {
      label: trans.__('Run Cell on MPI Ranks'),
      caption: trans.__('Make the active cell run on MPI ranks (%%mpirun), or plain again'),
      describedBy: { args: { type: 'object', properties: {}, additionalProperties: false } },
      icon: ranksIcon,
      isToggleable: true,
      isToggled: () => {
        const cell = activeCell();
        return cell !== null && runsOnRanks(sourceOf(cell));
      },
      isEnabled: () => {
        const cell = activeCell();
        return cell !== null && toggleRanks(sourceOf(cell), settings) !== null;
      },
      isVisible: () => tracker.currentWidget?.sessionContext.session?.kernel?.name === 'rankbook',
      execute: () => {
        const cell = activeCell();
        const edit = cell && toggleRanks(sourceOf(cell), settings);
        if (cell && edit) {
          cell.model.sharedModel.updateSource(edit.start, edit.end, edit.text);
          commands.notifyCommandChanged(RUN_ON_RANKS);
        }
      }
    });
    palette?.addItem({ command: RUN_ON_RANKS, category: trans.__('Notebook Cell Operations') });

    const refresh = (): void => commands.notifyCommandChanged(RUN_ON_RANKS);
    let shown = '';
    let watched: Cell['model'] | null = null;
    const onContentChanged = (): void => {
      const now = String([commands.isToggled(RUN_ON_RANKS), commands.isEnabled(RUN_ON_RANKS)]);
      if (now !== shown) {
        shown = now;
        refresh();
      }
    };
    tracker.activeCellChanged.connect((_sender, cell) => {
      // The magic line may be typed as well.
      watched?.contentChanged.disconnect(onContentChanged);
      watched = cell?.model ?? null;
      watched?.contentChanged.connect(onContentChanged);
      shown = '';
      refresh();
    });
    tracker.widgetAdded.connect((_sender, panel) => {
      panel.sessionContext.kernelChanged.connect(refresh);
    });
  }
};
