import { readFile, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import plugin from '@scalar/fastify-api-reference';

/** Zod inside it would try whether it may compile code, which the page's policy forbids and reports. */
const before = 'globalThis.__zod_globalConfig = { jitless: true };';

/** Starts the page of src/server/control/reference.ts; here, since a page that allows no inline script needs it in a file. */
const after = `Scalar.createApiReference('#reference', JSON.parse(document.getElementById('configuration').textContent));`;

/**
 * The script of the API reference: Scalar's, which its plugin for Fastify carries, its licence and our start. The plugin
 * brings 18 packages (11 MB); @scalar/api-reference, which it comes from, 272 (287 MB).
 */
export async function writeReference(): Promise<void> {
  const license = await readFile(new URL('../LICENSE', import.meta.resolve('@scalar/fastify-api-reference')), 'utf8');
  const script = `/*!\nScalar API Reference\n\n${license}*/\n${before}\n${takeScript()}\n${after}\n`;
  await writeFile(new URL('../src/generated/reference.js.gz', import.meta.url), gzipSync(script, { level: 9 }));
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
function takeScript(): string {
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
