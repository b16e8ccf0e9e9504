import { configDefaults, defineConfig } from 'vitest/config';

/**
 * Rooms that open no socket, start no process and need no generated module. The gates of the document take seconds to
 * load, so of that room only the comparison is here.
 */
export const pureRooms = ['openapi/diff', 'runtime', 'scenario', 'server/fastapi', 'world'];
const pure = ['test/architecture.test.ts', ...pureRooms.map((room) => `test/${room}/**/*.test.ts`)];

/** These need the packed tarball or a browser, or take minutes: `npm run test:slow`. */
const slow = ['test/packaging/**', 'test/browser/**', 'test/slow/**'];

/** A hung test or hook is named after this long; how fast the machine is decides nothing. */
const timeouts = { testTimeout: 180_000, hookTimeout: 180_000 };

export default defineConfig({
  test: {
    maxWorkers: '100%',
    // What is compiled once is kept on disk: it is half the time of a single file.
    experimental: { fsModuleCache: true },
    // A report to read, not a bar to clear. What tests run in processes of their own is not counted.
    coverage: { include: ['src/**'], exclude: ['**/generated/**'], reporter: ['text-summary', 'html'] },
    projects: [
      {
        test: {
          name: 'unit',
          include: pure,
          setupFiles: 'test/support/seed-properties.ts',
          isolate: false,
          ...timeouts,
        },
      },
      {
        test: {
          name: 'system',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...pure, ...slow],
          globalSetup: 'test/support/generate-modules.ts',
          setupFiles: ['test/support/keep-globals.ts', 'test/support/seed-properties.ts'],
          isolate: false,
          ...timeouts,
        },
      },
    ],
  },
});
