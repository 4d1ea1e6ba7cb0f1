import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { cellsPlugin } from './cells/plugin.js';
import { livePlugin } from './live/plugin.js';
import { registryPlugin } from './live/registryPlugin.js';
import { outputPlugin } from './output/plugin.js';
import { settingsPlugin } from './settings/plugin.js';
import { toolbarPlugin } from './toolbar/plugin.js';

const plugins: JupyterFrontEndPlugin<unknown>[] = [
  settingsPlugin,
  registryPlugin,
  outputPlugin,
  livePlugin,
  cellsPlugin,
  toolbarPlugin
];

export default plugins;
