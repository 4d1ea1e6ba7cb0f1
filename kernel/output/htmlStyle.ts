/*
 * Style of the HTML form. Colours keep a contrast of about 4.5 on white and on near black
 * alike, as a saved page may be shown on either.
 * A tab is a radio button, its label and its section side by side: `order` puts the labels in
 * one row, and no rule needs to name a rank. All runs of a page share the rules.
 */
const LINE = 'var(--jp-border-color2,rgba(128,128,128,.4))';
const MONO = 'var(--jp-code-font-family,ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace)';
const COLOURS = [
  '#767676',
  '#d03b3b',
  '#2e8540',
  '#94690d',
  '#2f74d0',
  '#a24bb8',
  '#13808a',
  '#767676'
];

/** JupyterLab styles each `pre` of HTML by two classes, which these rules have to outdo. */
const STRONG = '.rb-run.rb-run.rb-run';
const PRE_RULES = [
  `pre{margin:0;padding:0;background:none;border:0;color:inherit;white-space:pre-wrap;word-break:normal;overflow-wrap:anywhere;font:13px/1.35 ${MONO};max-height:32em;overflow:auto}`,
  `.rb-notice{white-space:pre-wrap;margin:0 0 6px;padding:4px 8px;border-left:3px solid ${COLOURS[4]};background:rgba(128,128,128,.1)}`,
  `.rb-notice.rb-warning{border-color:${COLOURS[3]}}`,
  `.rb-notice.rb-error{border-color:${COLOURS[1]}}`,
  '.rb-stderr{background:rgba(208,59,59,.12)}'
];

const RULES = [
  '.rb-tabs{display:flex;flex-wrap:wrap;align-items:flex-end;position:relative}',
  '.rb-tabs>input{position:absolute;opacity:0;width:1px;height:1px;margin:0}',
  `.rb-tabs>label{order:0;padding:2px 9px;margin:0;cursor:pointer;border:1px solid transparent;border-bottom:2px solid transparent;font:12px ${MONO}}`,
  '.rb-tabs>label::before{content:attr(data-tab)}',
  '.rb-tabs>label.rb-first{order:-1}',
  `.rb-tabs>label.rb-error,.rb-run .rb-tabs>label.rb-dead{color:${COLOURS[1]}}`,
  `.rb-tabs>label.rb-interrupted{color:${COLOURS[3]}}`,
  `.rb-tabs>input:checked+label{border-bottom-color:${COLOURS[4]};font-weight:bold}`,
  `.rb-tabs>input:focus-visible+label{outline:2px solid ${COLOURS[4]}}`,
  `.rb-tabs>section{order:1;display:none;flex:0 0 100%;box-sizing:border-box;min-width:0;border-top:1px solid ${LINE};margin-top:-1px;padding:6px 2px}`,
  '.rb-tabs>input:checked+label+section{display:block}',
  '.rb-state{margin:0 0 4px;font-size:85%;font-weight:normal;opacity:.75}',
  'img{max-width:100%;height:auto;background:#fff}',
  '.rb-bold{font-weight:bold}',
  '.rb-italic{font-style:italic}',
  '.rb-underline{text-decoration:underline}',
  '.rb-inverse{background:rgba(128,128,128,.35)}',
  ...COLOURS.flatMap((colour, n) => [
    `.rb-c${n}{color:${colour}}`,
    `.rb-b${n}{background:${colour};color:#fff}`
  ]),
  ...['#2f74d0', '#c2571a', '#2e8540', '#d03b3b', '#8e5bc0', '#8a6248', '#c0428f', '#13808a'].map(
    (colour, n) => `.rb-r${n}{color:${colour}}`
  ),
  `@media print{.rb-run .rb-tabs>section{display:block}.rb-run .rb-tabs>label{display:none}${STRONG} pre{max-height:none}}`
];

export const HTML_STYLE = [
  '.rb-run{margin-top:4px}',
  ...PRE_RULES.map(rule => `${STRONG} ${rule}`),
  ...RULES.map(rule => (rule.startsWith('@') ? rule : `.rb-run ${rule}`))
].join('');
