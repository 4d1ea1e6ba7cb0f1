import { MimeModel, RenderMimeRegistry, standardRendererFactories } from '@jupyterlab/rendermime';
import { nullTranslator } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';
import type { JSONObject } from '@lumino/coreutils';
import { afterEach } from 'vitest';

import { RunRegistry } from '../../../src/models/registry.js';
import { gapFactory } from '../../../src/output/gap.js';
import { RunView } from '../../../src/output/runView.js';
import { RUN_MIME, type IRunModel } from '../../../src/protocol/index.js';

let views: RunView[] = [];

afterEach(() => {
  views.forEach(view => view.dispose());
  views = [];
  document.body.replaceChildren();
});

export function makeView(registry = new RunRegistry()): RunView {
  const rendermime = new RenderMimeRegistry({ initialFactories: standardRendererFactories });
  rendermime.addFactory(gapFactory);
  const view = new RunView({ registry, rendermime, settings: null, translator: nullTranslator });
  views.push(view);
  Widget.attach(view, document.body);
  return view;
}

export function render(view: RunView, run: unknown, trusted = false): Promise<void> {
  const data = { [RUN_MIME]: run, 'text/plain': 'plain' } as unknown as JSONObject;
  return view.renderModel(new MimeModel({ data, trusted }));
}

export async function show(run: IRunModel, trusted = false): Promise<RunView> {
  const view = makeView();
  await render(view, run, trusted);
  return view;
}

/** Renderers work in promises and frames. */
export function settled(): Promise<void> {
  return new Promise(done => setTimeout(done, 60));
}

export function tab(view: RunView, id: string): HTMLElement {
  const element = view.node.querySelector<HTMLElement>(`[role=tab][data-tab="${id}"]`);
  if (!element) {
    throw new Error(`There is no tab ${id}.`);
  }
  return element;
}

export function selected(view: RunView): string | undefined {
  return view.node.querySelector<HTMLElement>('[aria-selected=true]')?.dataset['tab'];
}

export function rows(view: RunView): string[] {
  return [...view.node.querySelectorAll('.jp-Rankbook-row')].map(row => row.textContent ?? '');
}

export function panelText(view: RunView): string {
  const shown = [...view.node.querySelectorAll('[role=tabpanel] > :not(.lm-mod-hidden)')];
  return shown.map(element => element.textContent).join('');
}
