import { vi } from 'vitest';

/** Resolves when `check` no longer throws; rejects when it still does on a busy machine. */
export function eventually<Value>(check: () => Value | Promise<Value>): Promise<Value> {
  return vi.waitFor(check, { timeout: 10_000 });
}
