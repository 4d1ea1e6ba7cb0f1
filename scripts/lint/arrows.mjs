/**
 * An ESLint rule for who may import whom. Every file of `src` and `kernel` belongs to one unit (a
 * folder, or a file beside the folders); a unit may import itself and what its row names.
 */
import { dirname, join, relative } from 'node:path';

const page = ['src/models', 'src/tokens', 'src/protocol'];

/** Unit -> what it may import: units, or files of them. */
export const arrows = {
  'src/protocol': [],
  'src/tokens': ['src/protocol'],
  'src/models': ['src/tokens', 'src/protocol'],
  // A folder for each thing on the page; the plugins of all of them are listed in the index.
  'src/*': page,
  'src/index': ['src/*'],

  'kernel/wire': ['src/protocol'],
  'kernel/magics': ['src/protocol'],
  'kernel/output': ['src/protocol'],
  'kernel/trace': ['src/protocol'],
  'kernel/launch': ['src/protocol'],
  'kernel/worlds': ['kernel/launch', 'kernel/wire/socket', 'src/protocol'],
  'kernel/runs': ['kernel/worlds', 'kernel/output', 'kernel/trace', 'src/protocol'],
  'kernel/delegate': ['kernel/wire', 'src/protocol'],
  'kernel/gateway': ['kernel/wire', 'src/protocol'],
  'kernel/core': ['delegate', 'magics', 'runs', 'gateway', 'wire']
    .map(name => `kernel/${name}`)
    .concat('src/protocol'),
  'kernel/main': ['kernel/core', 'kernel/delegate', 'kernel/runs', 'kernel/worlds'].concat([
    'kernel/gateway',
    'kernel/wire',
    'kernel/launch',
    'src/protocol'
  ])
};

/** Files that are only types: the contract between the units. Their types may be used anywhere. */
const contract = ['kernel/runs/spec', 'kernel/worlds/world', 'kernel/magics/plan'];

/** Units that take values and return values: they open no file, socket or process. */
const pure = ['kernel/wire', 'kernel/magics', 'kernel/output', 'kernel/trace', 'src/protocol'];
const impure = ['kernel/wire/socket', 'kernel/wire/fronts'];
const outsideWorld =
  /^(zeromq|ws|(node:)?(fs|net|tls|http|https|http2|dgram|child_process|worker_threads|cluster)(\/.*)?)$/;

/** The unit of a path without its ending, or `undefined` when it has no place in the table. */
function unitOf(path) {
  const unit = Object.keys(arrows).find(key => isIn(path, key));
  const folder = path.match(/^src\/[^/]+(?=\/)/)?.[0];
  return unit ?? folder;
}

function isIn(path, unit) {
  return path === unit || path.startsWith(`${unit}/`);
}

/** Why `from` may not import `to`, or `undefined`. Both are paths without ending, from the root. */
export function forbidden(from, to, onlyTypes) {
  const unit = unitOf(from);
  const target = unitOf(to);
  if (unit === undefined) {
    return `${from} has no place in the table of scripts/lint/arrows.mjs`;
  }
  const allowed = arrows[unit] ?? arrows['src/*'];
  if (target === unit || allowed.some(entry => isIn(to, entry))) {
    return undefined;
  }
  if (onlyTypes && unit.startsWith('kernel/') && contract.includes(to)) {
    return undefined;
  }
  if (allowed.includes('src/*') && target?.startsWith('src/')) {
    return undefined;
  }
  return `${unit} may import ${allowed.join(', ') || 'nothing of ours'}, but not ${target ?? to}`;
}

function isTypeOnly(node) {
  if (node.type === 'TSImportType' || node.importKind === 'type' || node.exportKind === 'type') {
    return true;
  }
  const names = node.specifiers ?? [];
  return names.length > 0 && names.every(n => n.importKind === 'type' || n.exportKind === 'type');
}

/** The rule `arrows/imports`. */
export const rule = {
  meta: { type: 'problem', schema: [], messages: { forbidden: '{{why}}.' } },
  create(context) {
    const here = relative(context.cwd, context.filename).replace(/\.\w+$/, '');
    const check = node => {
      const source = node.source ?? node.argument?.literal;
      const name = source?.value;
      if (typeof name !== 'string') {
        return;
      }
      let why;
      if (name.startsWith('.')) {
        const path = join(dirname(here), name).replace(/\.(js|ts|tsx)$/, '');
        why = forbidden(here, path, isTypeOnly(node));
      } else if (outsideWorld.test(name) && !isTypeOnly(node)) {
        const unit = pure.find(key => isIn(here, key));
        if (unit !== undefined && !impure.some(key => here.startsWith(key))) {
          why = `${unit} is pure: it may not import ${name}`;
        }
      }
      if (why !== undefined) {
        context.report({ node, messageId: 'forbidden', data: { why } });
      }
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
      TSImportType: check
    };
  }
};
