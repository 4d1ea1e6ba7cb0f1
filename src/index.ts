import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { registryPlugin } from './live/registryPlugin.js';
import { outputPlugin } from './output/plugin.js';
import { settingsPlugin } from './settings/plugin.js';

const plugins: JupyterFrontEndPlugin<unknown>[] = [settingsPlugin, registryPlugin, outputPlugin];

export default plugins;
