import { execFileSync } from 'node:child_process';
import { copyFile, rm } from 'node:fs/promises';
import { build } from 'esbuild';

const root = new URL('..', import.meta.url);
const run = (command, ...args) => execFileSync(process.execPath, [command, ...args], { cwd: root, stdio: 'inherit' });

await rm(new URL('dist', root), { recursive: true, force: true });
run('node_modules/tsx/dist/cli.mjs', 'scripts/generate.ts');
run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json');
await copyFile(new URL('src/generated/reference.js.gz', root), new URL('dist/generated/reference.js.gz', root));
// The library is one file a module; the command is bundled, since loading 150 files costs 30 ms at each start.
// Splitting keeps what a plain `serve` does not need (zod, YAML, faker) in files of their own.
await build({
  absWorkingDir: new URL('.', root).pathname,
  entryPoints: { 'chat-mock': 'src/cli/main.ts' },
  outdir: 'dist/bin',
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  minify: true,
  legalComments: 'linked',
  // CommonJS dependencies may call require.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url);",
  },
  external: ['jiti'],
});
