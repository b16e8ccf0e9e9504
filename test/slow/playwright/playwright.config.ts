import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: '.',
  testMatch: '*.sample.ts',
  fullyParallel: true,
  workers: 2,
  use: { extraHTTPHeaders: { 'x-own': 'yes' } },
});
