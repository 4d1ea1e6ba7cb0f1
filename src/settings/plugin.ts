import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';

import { Settings } from '../models/settings.js';
import { IRankbookSettings } from '../tokens.js';

const PLUGIN_ID = 'rankbook:plugin';

/** Reads the user's settings. */
export const settingsPlugin: JupyterFrontEndPlugin<IRankbookSettings> = {
  id: PLUGIN_ID,
  description: 'Provides the settings of Rankbook.',
  autoStart: true,
  provides: IRankbookSettings,
  optional: [ISettingRegistry],
  activate: (_app: JupyterFrontEnd, registry: ISettingRegistry | null): IRankbookSettings => {
    const settings = new Settings();
    // Defaults hold until the settings have come, and where they can not be had.
    void registry?.load(PLUGIN_ID).then(loaded => {
      const update = (): void => settings.update(loaded.composite);
      loaded.changed.connect(update);
      update();
    });
    return settings;
  }
};
