import { execFileSync } from 'node:child_process';
import { chmod, copyFile, rm } from 'node:fs/promises';
import { bundle } from './bundle.ts';
import { writeNotices } from './write-notices.ts';

const root = new URL('..', import.meta.url);
const run = (command: string, ...args: readonly string[]) =>
  execFileSync(process.execPath, [command, ...args], { cwd: root, stdio: 'inherit' });

await rm(new URL('dist', root), { recursive: true, force: true });
await import('./generate-modules.ts');
run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json');
await copyFile(new URL('src/generated/reference.js.gz', root), new URL('dist/generated/reference.js.gz', root));
// The library is one file a module; the command is bundled, since loading 150 files costs 30 ms at each start.
const chunks = await bundle('src/cli/main.ts', 'dist/bin', 'chat-mock');
await chmod(new URL('dist/bin/chat-mock.js', root), 0o755);
await writeNotices(chunks, new URL('dist/THIRD-PARTY-NOTICES.txt', root));
