import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';

/** Zod inside it would try whether it may compile code, which the page's policy forbids and reports. */
const before = 'globalThis.__zod_globalConfig = { jitless: true };';

/** Starts the page of src/server/control/reference.ts; here, since a page that allows no inline script needs it in a file. */
const after = `Scalar.createApiReference('#reference', JSON.parse(document.getElementById('configuration').textContent));`;

/**
 * The script of the API reference: Scalar's, which its plugin for Fastify carries, its licence and our start. The plugin
 * brings 18 packages (11 MB); @scalar/api-reference, which it comes from, 272 (287 MB). Compressing takes longer than all
 * other modules: it is done when the plugin or this file has changed.
 */
export async function writeReference(): Promise<void> {
  const file = new URL('../src/generated/reference.js.gz', import.meta.url);
  const stampFile = new URL('../src/generated/reference.stamp', import.meta.url);
  const license = new URL('../node_modules/@scalar/fastify-api-reference/LICENSE', import.meta.url);
  const { version } = JSON.parse(await readFile(new URL('package.json', license), 'utf8')) as { version: string }; // npm's own file.
  const stamp = `${version}\n${await readFile(new URL(import.meta.url), 'utf8')}`;
  if (existsSync(file) && existsSync(stampFile) && (await readFile(stampFile, 'utf8')) === stamp) return;
  const text = `/*!\nScalar API Reference\n\n${await readFile(license, 'utf8')}*/\n${before}\n${await takeScript()}\n${after}\n`;
  await writeFile(file, gzipSync(text, { level: 9 }));
  await writeFile(stampFile, stamp);
}

interface Route {
  readonly url: string;
  readonly handler: (request: null, reply: Reply) => void;
}

interface Reply {
  header(): Reply;
  send(body: string): void;
}

/** Asks the plugin for the script as a browser would, with just so much of Fastify as that takes. */
async function takeScript(): Promise<string> {
  const { default: plugin } = await import('@scalar/fastify-api-reference');
  let script = '';
  const reply: Reply = {
    header: () => reply,
    send: (body) => {
      script = body;
    },
  };
  const fastify = {
    route: ({ url, handler }: Route) => {
      if (url.endsWith('.js')) handler(null, reply);
    },
  };
  plugin(fastify, { configuration: { url: 'unused' } }, () => {});
  if (script === '')
    throw new Error('Failed to write the API reference: its plugin for Fastify has no route for a script.');
  return script;
}
