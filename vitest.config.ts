import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'project',
          environment: 'node',
          include: ['tests/unit/project/**/*.test.mjs'],
          testTimeout: 30000
        }
      },
      {
        test: {
          name: 'kernel',
          environment: 'node',
          include: ['tests/unit/kernel/**/*.test.ts'],
          // Ample: machines that do several things at once are slow, not wrong.
          testTimeout: 30000
        }
      },
      {
        test: {
          name: 'labextension',
          environment: 'jsdom',
          include: ['tests/unit/labextension/**/*.test.ts'],
          setupFiles: ['tests/unit/labextension/setup.ts'],
          testTimeout: 30000,
          server: { deps: { inline: [/@jupyterlab\//, /@jupyter\//, /@lumino\//] } }
        }
      },
      {
        // Real processes and sockets: Python, MPI, ZeroMQ.
        test: {
          name: 'process',
          environment: 'node',
          include: ['tests/process/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 60000,
          hookTimeout: 60000
        }
      },
      {
        // JupyterLab itself in Chromium.
        test: {
          name: 'browser',
          environment: 'node',
          include: ['tests/browser/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 120000,
          hookTimeout: 120000
        }
      }
    ]
  }
});
