import { execFileSync } from 'node:child_process';
import { chmod, copyFile, rm } from 'node:fs/promises';
import { pageFiles } from '../src/server/control/page-files.ts';
import { bundle } from './bundle.ts';
import { rollTypes } from './roll-types.ts';
import { bundleInspector } from './write-inspector.ts';
import { writeNotices } from './write-notices.ts';

const root = new URL('..', import.meta.url);
const run = (command: string, ...args: readonly string[]) =>
  execFileSync(process.execPath, [command, ...args], { cwd: root, stdio: 'inherit' });

await rm(new URL('dist', root), { recursive: true, force: true });
await import('./generate-modules.ts');
run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json');
await rollTypes();
for (const name of Object.keys(pageFiles))
  await copyFile(new URL(`src/generated/${name}.gz`, root), new URL(`dist/generated/${name}.gz`, root));
// The library is one file a module; the command is bundled, since loading 150 files costs 30 ms at each start.
const chunks = await bundle('src/cli/main.ts', 'dist/bin', 'chat-mock');
await chmod(new URL('dist/bin/chat-mock.js', root), 0o755);
const pageChunks = await bundleInspector();
await writeNotices([...chunks, ...pageChunks], new URL('dist/THIRD-PARTY-NOTICES.txt', root));
