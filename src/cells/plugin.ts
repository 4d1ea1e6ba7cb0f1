import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import {
  EditorExtensionRegistry,
  IEditorExtensionRegistry,
  IEditorLanguageRegistry
} from '@jupyterlab/codemirror';

// An editor takes its extensions at once: they can not be loaded when it asks for them.
// eslint-disable-next-line jupyter/prefer-lazy-imports
import { cellHighlighting } from './highlight.js';

/** Highlights cells by their magic line. */
export const cellsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'rankbook:cells',
  description: 'Highlights cells that run on ranks or write a file by their magic line.',
  autoStart: true,
  requires: [IEditorExtensionRegistry, IEditorLanguageRegistry],
  activate: (
    _app: JupyterFrontEnd,
    extensions: IEditorExtensionRegistry,
    languages: IEditorLanguageRegistry
  ): void => {
    extensions.addExtension({
      name: 'rankbook:cell-language',
      factory: options =>
        options.inline
          ? EditorExtensionRegistry.createImmutableExtension(
              cellHighlighting(options.model, languages)
            )
          : null
    });
  }
};
