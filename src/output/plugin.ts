import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { RUN_MIME } from '../protocol/index.js';
import { IRankbookSettings, IRunRegistry } from '../tokens.js';
import { gapFactory } from './gap.js';
import { widgetNoteFactory } from './widgetNote.js';
// A renderer is made at once: it can not be loaded when it is asked for.
// eslint-disable-next-line jupyter/prefer-lazy-imports
import { RunView } from './runView.js';

/** Renders the output of MPI runs. */
export const outputPlugin: JupyterFrontEndPlugin<void> = {
  id: 'rankbook:output',
  description: 'Renders the output of MPI runs, one tab a rank.',
  autoStart: true,
  requires: [IRenderMimeRegistry, IRunRegistry],
  optional: [IRankbookSettings, ITranslator],
  activate: (
    _app: JupyterFrontEnd,
    rendermime: IRenderMimeRegistry,
    registry: IRunRegistry,
    settings: IRankbookSettings | null,
    translator: ITranslator | null
  ): void => {
    // Registries of notebooks are clones, with the factories that there are at that time:
    // so this has to happen now, not later.
    rendermime.addFactory(
      {
        // True, as outputs of ranks are trusted no more than the bundle that holds them.
        safe: true,
        mimeTypes: [RUN_MIME],
        createRenderer: options =>
          new RunView({
            registry,
            rendermime: rankRendermime(rendermime, options, translator ?? nullTranslator),
            settings,
            translator: translator ?? nullTranslator
          })
      },
      0
    );
  }
};

/** What renders the outputs of ranks, in the context of the notebook that holds them. */
function rankRendermime(
  rendermime: IRenderMimeRegistry,
  options: IRenderMime.IRendererOptions,
  translator: ITranslator
): IRenderMimeRegistry {
  const clone = rendermime.clone({
    sanitizer: options.sanitizer,
    resolver: options.resolver ?? undefined,
    linkHandler: options.linkHandler ?? undefined,
    latexTypesetter: options.latexTypesetter ?? undefined
  });
  clone.addFactory(gapFactory);
  clone.addFactory(widgetNoteFactory(translator.load('rankbook')));
  return clone;
}
