/**
 * docs/cells.md, the reference of the language of cells, made from the tables that the kernel
 * itself parses with (`kernel/magics`), so that it can not say anything else than the kernel does.
 *
 *     npm run docs
 */
import { build } from 'esbuild';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { main, root } from './shell.mjs';

/** Where the reference stands. */
export const cellsDoc = join(root, 'docs', 'cells.md');

const intro = `# The language of cells

A notebook with the kernel *Python (MPI ranks)* is a Python notebook: plain cells run in IPython as
always. The lines below send a cell, or a program, to MPI ranks instead. What a cell does stands in
the cell; nothing is hidden in the notebook's metadata. \`%%mpirun?\` shows the same help in the
notebook, and Tab completes the options.

A magic stands on the cell's first line that is not empty; \`%mpirun\` and \`%world\` may also stand
among the lines of a Python cell. Ranks count from 0.
`;

/** The whole text. */
export async function cellsReference() {
  const { MAGICS, OPTIONS, signature } = await magics();
  const sections = MAGICS.map(magic =>
    [
      `## \`${magic.name}\``,
      magic.summary,
      code(magic.usage, 'text'),
      ...magic.text.map(prose),
      'For example:',
      ...magic.examples.map(lines => code(lines, 'python'))
    ].join('\n\n')
  );
  const used = OPTIONS.filter(option => option.type !== 'ignored' && option.key !== 'help');
  const options = ['## Options', table(used, signature)].join('\n\n');
  const ignored = OPTIONS.filter(option => option.type === 'ignored').map(signature);
  const other = [
    '## Lines written for other launchers',
    'These options are accepted and do nothing, so that what other texts say works here as it stands:',
    ignored.map(text => `\`${text}\``).join(', ')
  ].join('\n\n');
  return [intro, ...sections, options, other].join('\n\n').replace(/\n{3,}/g, '\n\n') + '\n';
}

/** Examples are written as code already; elsewhere magics and options are words among words. */
function prose(text) {
  return text.replace(/(^|[\s(])((?:%%?|--?)[a-z][\w-]*|\{n\}|\$n|!)(?=[\s.,:;)]|$)/g, '$1`$2`');
}

function code(lines, language) {
  return [`\`\`\`${language}`, ...lines, '```'].join('\n');
}

function table(options, signature) {
  const rows = options.map(option => {
    const magics = option.magics.map(name => `\`${name}\``).join(' ');
    const name = `\`${signature(option).replaceAll('|', '\\|')}\``;
    return `| ${[name, option.help, option.default ?? '–', magics].join(' | ')} |`;
  });
  return ['| option | meaning | default | of |', '|---|---|---|---|', ...rows].join('\n');
}

/** The kernel's tables, as a module. */
async function magics() {
  const entry = `export { MAGICS } from './magics.js'; export { OPTIONS } from './options.js';
    export { signature } from './help.js';`;
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: join(root, 'kernel', 'magics'), loader: 'ts' },
    bundle: true,
    format: 'esm',
    write: false
  });
  return import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(async () => writeFileSync(cellsDoc, await cellsReference()));
}
