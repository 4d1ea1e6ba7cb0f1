import type { Delta, MimeBundle, WorkReport } from '../../src/protocol/index.js';

type DisplayReport = Extract<WorkReport, { type: 'display' }>;

/** The change that a display frame of a rank makes; null where its payload is broken. */
export function displayDelta(
  rank: number,
  report: DisplayReport,
  payload: Uint8Array
): Delta | null {
  const bundle = parseBundle(payload);
  if (!bundle) {
    return null;
  }
  const { data, metadata } = bundle;
  switch (report.output_type) {
    case 'update_display_data':
      return report.display_id === undefined
        ? null
        : { op: 'update', rank, display_id: report.display_id, data, metadata };
    case 'execute_result':
      return {
        op: 'output',
        rank,
        output: {
          output_type: 'execute_result',
          execution_count: report.execution_count ?? null,
          data,
          metadata
        }
      };
    case 'display_data':
      return {
        op: 'output',
        rank,
        output: {
          output_type: 'display_data',
          data,
          metadata,
          ...(report.display_id === undefined
            ? {}
            : { transient: { display_id: report.display_id } })
        }
      };
  }
}

function parseBundle(payload: Uint8Array): { data: MimeBundle; metadata: MimeBundle } | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(payload).toString('utf8'));
    if (typeof value === 'object' && value !== null && 'data' in value) {
      const { data, metadata } = value as { data: MimeBundle; metadata?: MimeBundle };
      return typeof data === 'object' && data !== null ? { data, metadata: metadata ?? {} } : null;
    }
  } catch {
    // Told apart below: user code can make no frame of its own, so this is a fault of ours.
  }
  return null;
}
