import {
  failedFirst,
  firstNotices,
  type INotice,
  type IRankModel,
  type IRunModel,
  type MimeBundle,
  type RankOutput
} from '../../src/protocol/index.js';
import { ansiToHtml, escapeHtml, withoutAnsi } from './ansi.js';
import { arrivals, type IArrival } from './arrivalLines.js';
import { HTML_STYLE } from './htmlStyle.js';
import { capitalised, counted, rankName, ranksInWords, secondsInWords } from './phrases.js';
import { sameErrorText, sameErrors, type SameErrors } from './sameErrors.js';
import { bundleText, labelWidth, outputText, rankLabel } from './plainText.js';

/** Images whose decoders run no script and load nothing. */
const IMAGES = ['image/png', 'image/jpeg'];

/**
 * The `text/html` form: tabs of plain HTML and CSS, no script. Nothing of a rank stands in
 * it unescaped. Where a sanitiser takes style and inputs away, headings and `pre` blocks are
 * left, one a rank.
 *
 * `run` is the run as shortened for the rank tabs; the `All` tab takes its lines from `whole`, so
 * that they are the first and the last that arrived, about `limit` units of text.
 */
export function htmlText(run: IRunModel, whole: IRunModel, limit: number): string {
  const id = `rb-${run.id.replace(/[^A-Za-z0-9-]/g, '')}`;
  const open = openingRank(run);
  const all = run.ranks.length < 2 ? '' : allTab(id, whole, limit, open === undefined);
  return (
    // JupyterLab shows the first line of the text in place of an output that is hidden.
    `${headline(run)}\n<div class="rb-run"><style>${HTML_STYLE}</style>` +
    noticesHtml(run.notices) +
    `<div class="rb-tabs">${run.ranks.map(rank => rankTab(id, rank, rank === open)).join('')}${all}</div></div>`
  );
}

/** Where ranks fail with a message each, a few stand there and the others behind a click. */
function noticesHtml(notices: readonly INotice[]): string {
  const shown = firstNotices(notices);
  const hidden = notices.filter(notice => !shown.includes(notice));
  const html = (list: readonly INotice[]): string =>
    list
      .map(notice => `<pre class="rb-notice rb-${notice.level}">${escapeHtml(notice.text)}</pre>`)
      .join('');
  const more = `<details><summary>${hidden.length} more messages</summary>${html(hidden)}</details>`;
  return html(shown) + (hidden.length > 0 ? more : '');
}

/** The rank to begin with; undefined: all ranks. */
function openingRank(run: IRunModel): IRankModel | undefined {
  return (
    failedFirst(run) ??
    // The merged view has no room for images.
    run.ranks.find(rank =>
      rank.outputs.some(output => 'data' in output && imageHtml(output.data))
    ) ??
    (run.ranks.length === 1 ? run.ranks[0] : undefined)
  );
}

function headline(run: IRunModel): string {
  const time = run.seconds === undefined ? '' : ` in ${secondsInWords(run.seconds)}`;
  const ranks = run.ranks.filter(rank => rank.label === undefined);
  const who =
    ranks.length === run.world.size
      ? counted(run.world.size, 'rank')
      : `${ranksInWords(ranks.map(rank => rank.rank))} of ${run.world.size}`;
  const spawned = run.ranks.length - ranks.length;
  const more = spawned > 0 ? ` and ${spawned} spawned` : '';
  return `${escapeHtml(run.command.replace(/\s+/g, ' '))} · ${who}${more} · ${run.state}${time}`;
}

function tab(
  id: string,
  key: string,
  attributes: { tab: string; name: string; classes: string; checked: boolean; hidden: boolean },
  body: string
): string {
  const { name, classes, checked, hidden } = attributes;
  return (
    `<input type="radio" name="${id}" id="${id}-${key}" aria-label="${escapeHtml(name)}"${checked ? ' checked' : ''}>` +
    `<label for="${id}-${key}" class="${classes}" data-tab="${attributes.tab}" title="${escapeHtml(name)}"></label>` +
    // Where the style is taken away, the merged view would only repeat the ranks.
    `<section${hidden ? ' hidden' : ''}>${body}</section>`
  );
}

function rankTab(id: string, rank: IRankModel, checked: boolean): string {
  const kind = rank.label === undefined ? 'rank' : 'spawned process';
  const name = `${kind} ${rankName(rank)}: ${stateInWords(rank)}`;
  const body = `<h4 class="rb-state">${escapeHtml(capitalised(name))}</h4>${blocks(rank.outputs)}`;
  const classes = `rb-${rank.state}`;
  return tab(
    id,
    String(rank.rank),
    { tab: escapeHtml(rankName(rank)), name, classes, checked, hidden: false },
    body
  );
}

function stateInWords(rank: IRankModel): string {
  const time = rank.seconds === undefined ? '' : ` in ${secondsInWords(rank.seconds)}`;
  const cause = rank.exit && rank.state !== 'done' ? ` (${rank.exit.cause})` : '';
  const line = rank.line === undefined ? '' : `, line ${rank.line}`;
  return `${rank.state}${time}${line}${cause}`;
}

/** Outputs as images and `pre` blocks; what is alike and follows each other is one block. */
function blocks(outputs: RankOutput[]): string {
  let html = '';
  let open: string | null = null;
  const begin = (kind: string | null): void => {
    if (kind !== open) {
      html += (open === null ? '' : '</pre>') + (kind === null ? '' : `<pre${kind}>`);
      open = kind;
    }
  };
  for (const output of outputs) {
    const image = 'data' in output ? imageHtml(output.data) : null;
    if (image !== null) {
      begin(null);
      html += image;
      continue;
    }
    const red = output.output_type === 'error' || ('name' in output && output.name === 'stderr');
    begin(red ? ' class="rb-stderr"' : '');
    const text = outputText(output);
    html += ansiToHtml(output.output_type === 'stream' || text.endsWith('\n') ? text : `${text}\n`);
  }
  begin(null);
  return html;
}

function imageHtml(data: MimeBundle): string | null {
  for (const type of IMAGES) {
    const value = data[type];
    const text = Array.isArray(value) ? value.join('') : value;
    const base64 = typeof text === 'string' ? text.replace(/\s/g, '') : '';
    if (/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) {
      const alt = escapeHtml(withoutAnsi(bundleText(data)));
      return `<img src="data:${type};base64,${base64}" alt="${alt}">`;
    }
  }
  return null;
}

function allTab(id: string, run: IRunModel, limit: number, checked: boolean): string {
  const { head, left, tail } = ends(run, limit);
  const width = labelWidth(run);
  const same = sameErrors(errorsOf(run));
  const gap = left > 0 ? `... ${counted(left, 'item')} not shown here ...\n` : '';
  const lines = [...head.map(a => arrivalHtml(a, width, same)), gap].concat(
    tail.map(a => arrivalHtml(a, width, same))
  );
  const ended = run.state !== 'starting' && run.state !== 'running';
  const isEmpty = ended && head.length + tail.length === 0;
  const title = isEmpty ? 'No output' : 'All ranks, in the order of arrival';
  const body = `<h4 class="rb-state">${title}</h4><pre>${lines.join('')}</pre>`;
  const name = 'all ranks, in the order of arrival';
  return tab(id, 'all', { tab: 'All', name, classes: 'rb-first', checked, hidden: true }, body);
}

function* errorsOf(run: IRunModel): Generator<[IArrival['rank'], RankOutput]> {
  for (const { rank, item } of arrivals(run)) {
    if (item.kind === 'output') {
      yield [rank, item.output];
    }
  }
}

/** The first and the last items, about `limit` units of text in all. */
function ends(run: IRunModel, limit: number): { head: IArrival[]; left: number; tail: IArrival[] } {
  const head: IArrival[] = [];
  const tail: IArrival[] = [];
  let first = 0;
  let headSize = 0;
  let tailSize = 0;
  for (const arrival of arrivals(run)) {
    const size = arrivalSize(arrival);
    if (tail.length === 0 && headSize + size <= limit / 2) {
      head.push(arrival);
      headSize += size;
      continue;
    }
    tail.push(arrival);
    tailSize += size;
    while (tailSize > limit / 2 && first < tail.length - 1) {
      tailSize -= arrivalSize(tail[first++]);
    }
  }
  return { head, left: first, tail: tail.slice(first) };
}

/** What a line adds: its text and the label, which is most of it for short lines. */
function arrivalSize({ item }: IArrival): number {
  return 30 + (item.kind === 'line' ? Math.min(item.text.length, LINE_LIMIT) : 200);
}

const LINE_LIMIT = 4096;

function arrivalHtml({ rank, item }: IArrival, width: number, same: SameErrors): string {
  const label = `<b class="rb-r${rank.rank % 8}">${rankLabel(rank, width)}</b>`;
  if (item.kind === 'line') {
    const cut = item.text.length > LINE_LIMIT;
    const text = ansiToHtml(cut ? `${item.text.slice(0, LINE_LIMIT)} ...` : item.text);
    return `${label}${item.stderr ? `<span class="rb-stderr">${text}</span>` : text}\n`;
  }
  return withoutAnsi(sameErrorText(item.output, same) ?? outputText(item.output))
    .slice(0, LINE_LIMIT)
    .replace(/\n$/, '')
    .split('\n')
    .map(line => `${label}${escapeHtml(line)}\n`)
    .join('');
}
