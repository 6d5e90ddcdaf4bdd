import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    exclude: ['test/e2e/**', 'node_modules/**'],
    // The folder outlives the database that lies in it: what is set up first is taken down last.
    setupFiles: ['test/support/rolled-back.ts'],
    globalSetup: ['test/support/temporary-files.ts', 'test/support/postgres.ts'],
  },
});
