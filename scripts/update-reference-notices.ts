import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { renderNotices } from './notices.ts';

/**
 * Writes scripts/reference-notices.txt. Run it by hand after an update of @scalar/fastify-api-reference: what the script of
 * the API reference is made of is not installed here, so it is installed for this once (300 MB).
 */
const script = gunzipSync(await readFile(new URL('../src/generated/reference.js.gz', import.meta.url))).toString();
const [name, version] = /@scalar\/api-reference ([\d.]+)/.exec(script) ?? [];
if (name === undefined) throw new Error('The script of the API reference does not say its version.');
const directory = await mkdtemp(join(tmpdir(), 'chat-mock-notices-'));
await writeFile(join(directory, 'package.json'), '{ "private": true }');
const flags = ['--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'];
execFileSync('npm', ['install', ...flags, `@scalar/api-reference@${version}`], { cwd: directory, stdio: 'inherit' });
const { packages } = JSON.parse(await readFile(join(directory, 'package-lock.json'), 'utf8')) as {
  readonly packages: Readonly<Record<string, unknown>>;
};
const installed = Object.keys(packages).filter((path) => path !== '');
const notices = await renderNotices(installed.map((path) => join(directory, path)));
const header = `The script of the API reference is ${name}. It is built from these packages, or from parts of them.\n\n`;
await writeFile(new URL('reference-notices.txt', import.meta.url), header + notices);
await rm(directory, { recursive: true });
