import { readdirSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

/** Tests of properties, here with all their random inputs. */
const properties = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts') && readFileSync(`test/${file}`, 'utf8').includes('/support/runs.ts'))
  .map((file) => `test/${file}`);

/** What needs the packed, installed tarball or a browser, and what takes its time; run apart from the quick tests. */
export default defineConfig({
  test: {
    include: ['test/packaging/**/*.test.ts', 'test/browser/**/*.test.ts', 'test/slow/**/*.test.ts', ...properties],
    env: { TEST_ALL_RUNS: '1' },
    globalSetup: 'test/support/generate-modules.ts',
    setupFiles: 'test/support/seed-properties.ts',
    fileParallelism: false,
    experimental: { fsModuleCache: true },
    maxConcurrency: 3,
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
