import { RUN_MIME, type IRunModel, type MimeBundle } from '../../src/protocol/index.js';
import { htmlText } from './htmlText.js';
import { plainText } from './plainText.js';
import { shorten } from './shorten.js';

/** Up to here, bytes of text, the readable forms hold everything. */
const WHOLE_LIMIT = 128 * 1024;
/** What they hold of a larger run. */
const LARGE_LIMIT = 32 * 1024;

/** The display of a run: our model and the two forms for readers without the extension. */
export function finalBundle(run: IRunModel): MimeBundle {
  const whole = shorten(run, WHOLE_LIMIT, '');
  const remark = '; the JSON form of this output has them';
  const short = whole === run ? run : shorten(run, LARGE_LIMIT, remark);
  const all = whole === run ? WHOLE_LIMIT : LARGE_LIMIT;
  return {
    [RUN_MIME]: run,
    'text/html': htmlText(short, run, all),
    'text/plain': plainText(short)
  };
}

/** The display of a run that goes on, for front ends that hear no deltas: bounded in all forms. */
export function previewBundle(run: IRunModel, limit: number): MimeBundle {
  const short = shorten(run, limit, ' while the run is running');
  return {
    [RUN_MIME]: short,
    'text/html': htmlText(short, short, limit),
    'text/plain': plainText(short)
  };
}
