/** How many ranks there may be. */
export interface ILimits {
  perWorld: number;
  inAll: number;
}

const DEFAULT: ILimits = { perWorld: 64, inAll: 128 };

/** Limits, with those of the environment. */
export function limitsOf(env: { [name: string]: string | undefined }): ILimits {
  return {
    perWorld: numberOf(env['RANKBOOK_MAX_RANKS_WORLD']) ?? DEFAULT.perWorld,
    inAll: numberOf(env['RANKBOOK_MAX_RANKS']) ?? DEFAULT.inAll
  };
}

export interface IKept {
  name: string;
  size: number;
  idle: boolean;
}

/** Why a world of this size may not be started beside these; null where it may. */
export function refusal(size: number, beside: readonly IKept[], limits: ILimits): string | null {
  if (!Number.isInteger(size) || size < 1) {
    return `A world needs at least one rank, not ${size}.`;
  }
  if (size > limits.perWorld) {
    return (
      `${size} ranks are more than the ${limits.perWorld} that a world may have here. ` +
      'Set RANKBOOK_MAX_RANKS_WORLD in the environment of Jupyter to allow more.'
    );
  }
  const others = beside.reduce((sum, world) => sum + world.size, 0);
  if (others + size <= limits.inAll) {
    return null;
  }
  const idle = beside.filter(world => world.idle);
  const stop = idle.length
    ? ` Idle worlds: ${idle.map(world => `${world.name} (${world.size} ranks)`).join(', ')}.` +
      ` Stop one with %world stop ${idle[0]?.name}.`
    : '';
  return (
    `${size} more ranks beside the ${others} that there are would be more than the ` +
    `${limits.inAll} allowed in all.${stop} ` +
    'RANKBOOK_MAX_RANKS in the environment of Jupyter sets the limit.'
  );
}

function numberOf(text: string | undefined): number | null {
  const value = Number(text);
  return text !== undefined && Number.isInteger(value) && value > 0 ? value : null;
}
