import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: 'test/support/generate.ts',
    include: ['test/**/*.test.ts'],
    // These need the packed tarball or a browser: `npm run test:slow`.
    exclude: [...configDefaults.exclude, 'test/packaging/**', 'test/browser/**'],
  },
});
