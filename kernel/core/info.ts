import type { Json } from '../wire/message.js';

/**
 * The delegate's kernel_info_reply, with a line about us in the banner. `implementation`
 * stays `ipython`: front ends go by it for what plain cells can do.
 */
export function patchKernelInfo(content: Json): Json {
  const banner = typeof content['banner'] === 'string' ? content['banner'].trimEnd() : '';
  return {
    ...content,
    banner: `${banner}\nRankbook: %%mpirun -n 4 runs a cell on 4 MPI ranks.\n`
  };
}

/** The delegate's comm_info_reply together with our own comms. */
export function mergeCommInfo(content: Json, own: Json): Json {
  return { ...content, comms: { ...(content['comms'] as Json | undefined), ...own } };
}
