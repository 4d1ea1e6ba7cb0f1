import { Compartment, Prec, type Extension } from '@codemirror/state';
import { Decoration, ViewPlugin, type EditorView, type ViewUpdate } from '@codemirror/view';
import type { CodeEditor } from '@jupyterlab/codeeditor';
import type { IEditorLanguageRegistry } from '@jupyterlab/codemirror';

import { cellLanguage, magicNameLength } from '../models/magicLine.js';
import { plainText, withoutMagicLine } from './bodyParser.js';

/** In place of a language's name: none that the registry knows how to read. */
const PLAIN = '';

/** Kernel languages whose cells may begin with our magics. */
const PYTHON_MIME = /^text\/x-i?python$/;

/**
 * Gives a cell the language that its magic line asks for: Python below lines that have to do with
 * ranks, and for a file that is written the language of its name. Cells without such a line
 * keep what the notebook gives them.
 */
export function cellHighlighting(
  model: CodeEditor.IModel,
  languages: IEditorLanguageRegistry
): Extension {
  const language = new Compartment();

  class Highlighter {
    constructor(view: EditorView) {
      this._follow(view);
    }

    update(update: ViewUpdate): void {
      if (update.docChanged) {
        this._follow(update.view);
      }
    }

    destroy(): void {
      this._isDestroyed = true;
    }

    private _follow(view: EditorView): void {
      const wanted = wantedLanguage(view, model, languages);
      if (wanted !== this._wanted) {
        this._wanted = wanted;
        void this._load(view, wanted);
      }
    }

    private async _load(view: EditorView, wanted: string | null): Promise<void> {
      // The view may not be changed while it is being updated: this comes after it.
      const found = await (wanted ? languages.getLanguage(wanted) : null);
      if (this._isDestroyed || wanted !== this._wanted) {
        return;
      }
      const body = found?.support ? withoutMagicLine(found.support) : plainText();
      const extension = wanted === null ? [] : body;
      view.dispatch({ effects: language.reconfigure(extension) });
    }

    private _wanted: string | null = null;
    private _isDestroyed = false;
  }

  return [
    // Before the language of the notebook.
    Prec.highest(language.of([])),
    ViewPlugin.fromClass(Highlighter),
    magicLine(model)
  ];
}

/** Name of the language in the registry, or {@link PLAIN}; null: leave it to the notebook. */
function wantedLanguage(
  view: EditorView,
  model: CodeEditor.IModel,
  languages: IEditorLanguageRegistry
): string | null {
  const wanted = cellLanguage(view.state.doc.line(1).text);
  if (wanted === null || !PYTHON_MIME.test(model.mimeType)) {
    return null;
  }
  return wanted.kind === 'python'
    ? (languages.findByMIME(model.mimeType)?.name ?? null)
    : (languages.findByFileName(wanted.name)?.name ?? PLAIN);
}

const magicName = Decoration.mark({ class: 'jp-Rankbook-magicName' });
const magicOptions = Decoration.mark({ class: 'jp-Rankbook-magicOptions' });

/** Marks the magic line of such cells. */
function magicLine(model: CodeEditor.IModel): Extension {
  const marks = (view: EditorView): ReturnType<typeof Decoration.set> => {
    const { text } = view.state.doc.line(1);
    if (cellLanguage(text) === null || !PYTHON_MIME.test(model.mimeType)) {
      return Decoration.none;
    }
    const end = magicNameLength(text);
    const ranges = [magicName.range(0, end)];
    if (end < text.length) {
      ranges.push(magicOptions.range(end, text.length));
    }
    return Decoration.set(ranges);
  };
  return ViewPlugin.define(
    view => ({
      decorations: marks(view),
      update(update: ViewUpdate) {
        if (update.docChanged) {
          this.decorations = marks(update.view);
        }
      }
    }),
    { decorations: plugin => plugin.decorations }
  );
}
