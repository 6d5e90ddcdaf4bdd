import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'test/e2e',
  globalSetup: ['./test/support/temporary-files.ts', './test/e2e/support/trial.ts'],
  testMatch: '**/*.spec.ts',
  // Every test starts a kiosk of its own, each worker on a screen of its own. Kiosks wait more than they work, so two fit
  // on two cores.
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: Boolean(process.env.CI),
  outputDir: 'test-results',
  use: { trace: 'retain-on-failure', screenshot: 'only-on-failure' },
});
