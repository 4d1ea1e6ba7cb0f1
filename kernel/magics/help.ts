import { MAGICS, findMagic, type IMagic } from './magics.js';
import { optionsOf, type IOption, type MagicName } from './options.js';

const WIDTH = 88;

/** The help of one magic, or of all of them, as plain text for the pager. */
export function helpText(name: MagicName): string {
  const magic = findMagic(name)!;
  const blocks = [
    `${magic.name}: ${magic.summary}`,
    section('Usage', magic.usage),
    ...magic.text.map(text => wrap(text, WIDTH).join('\n')),
    ...optionBlocks(magic),
    section('Examples', magic.examples.flatMap(spaced)),
    'See also: ' +
      MAGICS.filter(other => other !== magic)
        .map(other => `${other.name}?`)
        .join(' ')
  ];
  return blocks.join('\n\n') + '\n';
}

/** One option: how it is written, what it does, and what holds without it. */
export function optionText(option: IOption): string {
  const lines = [
    signature(option),
    ...wrap(describe(option), WIDTH - 4).map(line => `    ${line}`)
  ];
  return lines.join('\n') + '\n';
}

/** The names of an option and what it takes, as help and documentation show them. */
export function signature(option: IOption): string {
  const metavar = option.choices?.join('|') ?? option.metavar;
  return option.names.join(', ') + (metavar === null ? '' : ` ${metavar}`);
}

function describe(option: IOption): string {
  return option.default === null ? option.help : `${option.help} Default: ${option.default}.`;
}

function optionBlocks(magic: IMagic): string[] {
  const options = optionsOf(magic.name);
  const rows = options.filter(option => option.type !== 'ignored' && option.key !== 'help');
  const blocks: string[] = [];
  if (rows.length > 0) {
    const indent = '      ';
    blocks.push(
      section(
        'Options',
        rows.flatMap(option => [
          signature(option),
          ...wrap(describe(option), WIDTH - 8).map(line => indent + line)
        ])
      )
    );
  }
  const ignored = options.filter(option => option.type === 'ignored');
  if (ignored.length > 0) {
    blocks.push(
      section(
        'Accepted and ignored, so that lines written for other launchers work',
        wrap(ignored.map(signature).join(', '), WIDTH - 2)
      )
    );
  }
  return blocks;
}

function section(title: string, lines: readonly string[]): string {
  return [`${title}:`, ...lines.map(line => (line === '' ? '' : `  ${line}`))].join('\n');
}

function spaced(example: readonly string[], index: number): string[] {
  return index === 0 || example.length === 1 ? [...example] : ['', ...example];
}

/** Lines of at most `width` code units, broken at spaces. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  lines.push(line);
  return lines;
}
