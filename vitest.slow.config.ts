import { defineConfig } from 'vitest/config';

/** What needs the packed, installed tarball or a browser; run apart from the quick tests. */
export default defineConfig({
  test: {
    include: ['test/packaging/**/*.test.ts', 'test/browser/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
