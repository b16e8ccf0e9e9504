import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: 'test/support/generate.ts',
    // A hung test is to be named; how fast the machine is decides nothing.
    testTimeout: 60_000,
    include: ['test/**/*.test.ts'],
    // These need the packed tarball or a browser: `npm run test:slow`.
    exclude: [...configDefaults.exclude, 'test/packaging/**', 'test/browser/**'],
  },
});
