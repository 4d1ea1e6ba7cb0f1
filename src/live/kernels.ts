import type { Kernel } from '@jupyterlab/services';

/** True for a kernel of Rankbook, whatever the name under which it is installed. */
export async function isRankbookKernel(kernel: Kernel.IKernelConnection): Promise<boolean> {
  if (kernel.name === 'rankbook') {
    return true;
  }
  try {
    const info = await kernel.info;
    return info.banner.includes('Rankbook');
  } catch {
    // The kernel was shut down before it has answered.
    return false;
  }
}
