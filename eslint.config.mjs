import jupyter from '@jupyter/eslint-plugin';
import js from '@eslint/js';
import globals from 'globals';
import tseslint from 'typescript-eslint';
import { rule as arrows } from './scripts/lint/arrows.mjs';

/** Jupyter's recommended rules for the page, every warning of them an error. */
const [jupyterPage, jupyterSchema] = jupyter.configs.recommended;
const asErrors = rules => Object.fromEntries(Object.keys(rules).map(name => [name, 'error']));

/** Files that may be longer than others, because their one subject is a list. */
const longLists = ['kernel/magics/options.ts'];

export default tseslint.config(
  {
    ignores: ['**/node_modules', '.venv*', 'lib', 'dist', 'rankbook/node', 'rankbook/labextension']
  },
  js.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      curly: 'error',
      eqeqeq: 'error',
      'no-console': 'error',
      'object-shorthand': 'error',
      'prefer-const': 'error',
      'max-lines': ['error', { max: 350, skipBlankLines: true, skipComments: true }],
      'no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }]
    }
  },
  { files: longLists, rules: { 'max-lines': 'off' } },
  {
    files: ['**/*.mjs'],
    languageOptions: { globals: globals.node },
    rules: { 'no-console': 'off' }
  },
  {
    files: ['src/**/*.{ts,tsx}', 'kernel/**/*.ts', 'tests/**/*.{ts,tsx}'],
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname }
    },
    rules: {
      'no-unused-vars': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }
      ],
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { disallowTypeAnnotations: false, fixStyle: 'inline-type-imports' }
      ],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true }
      ],
      // A method that has to be async by its interface often has nothing to wait for.
      '@typescript-eslint/require-await': 'off'
    }
  },
  { files: ['*.ts'], extends: [tseslint.configs.base] },
  {
    files: ['src/**/*.{ts,tsx}', 'kernel/**/*.ts'],
    plugins: { arrows: { rules: { imports: arrows } } },
    rules: { 'arrows/imports': 'error' }
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    plugins: { jupyter },
    languageOptions: { globals: globals.browser },
    // Lumino's signals take a method and its `this`: the plugin's own rule looks after that.
    rules: { ...asErrors(jupyterPage.rules), '@typescript-eslint/unbound-method': 'off' }
  },
  {
    files: ['schema/*.json'],
    plugins: { jupyter },
    languageOptions: jupyterSchema.languageOptions,
    rules: { ...asErrors(jupyterSchema.rules), 'no-unused-expressions': 'off' }
  },
  {
    // In tests, results of untyped JSON and of doubles are looked into freely.
    files: ['tests/**/*.{ts,tsx}'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/unbound-method': 'off'
    }
  }
);
