import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { editions } from '../src/api/editions.ts';
import { pureRooms } from '../vitest.config.ts';

/** The rooms of src, each with those it may import from. */
const ladder: Readonly<Record<string, readonly string[]>> = {
  runtime: [],
  api: ['runtime'],
  openapi: ['runtime', 'api'],
  scenario: ['runtime', 'api'],
  world: ['runtime', 'api', 'scenario'],
  server: ['runtime', 'api', 'openapi', 'scenario', 'world', 'generated'],
  generated: ['api', 'scenario', 'world'],
  log: ['runtime', 'api', 'scenario', 'world', 'server', 'generated'],
  node: ['runtime', 'api', 'openapi', 'scenario', 'world', 'server', 'generated'],
  client: ['api'],
  // What a page may see: the types of what the control API answers, and the client that draws a turn.
  inspector: ['scenario', 'server', 'client'],
  browser: ['runtime', 'scenario', 'world', 'server', 'node', 'embed'],
  embed: ['runtime', 'api', 'scenario', 'world', 'server', 'node', 'client'],
  contract: ['runtime', 'api'],
  reporters: ['runtime', 'api', 'contract'],
  'self-test': ['runtime', 'api', 'contract', 'node'],
  record: ['contract', 'runtime', 'api', 'scenario'],
  cli: [
    'record',
    'self-test',
    'contract',
    'reporters',
    'runtime',
    'api',
    'openapi',
    'scenario',
    'world',
    'server',
    'log',
    'node',
  ],
};
const webStandard = ['runtime', 'api', 'openapi', 'scenario', 'world', 'server', 'client'];

const source = new URL('../src', import.meta.url).pathname;
const imports = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file) && file.includes('/'))
  .flatMap((file) =>
    [...readFileSync(join(source, file), 'utf8').matchAll(/(?:from|import\(|import) ?'([^']+)'/g)].map(
      ([, target = '']) => ({ file, target }),
    ),
  );

test('imports go down the ladder only', () => {
  const wrong = imports.filter(({ file, target }) => {
    if (!target.startsWith('.')) return false;
    const [room = ''] = file.split('/');
    const [to = '', inner] = relative(source, join(source, file, '..', target)).split('/');
    // The imitation of FastAPI is the server's own: whoever judges a server must not judge by it.
    if (to === 'server' && inner === 'fastapi' && room !== 'server') return true;
    return to !== room && to !== '..' && !ladder[room]?.includes(to);
  });
  expect(wrong).toEqual([]);
});

test('what runs in a browser imports nothing of Node', () => {
  expect(
    imports.filter(({ file, target }) => target.startsWith('node:') && webStandard.includes(file.split('/')[0] ?? '')),
  ).toEqual([]);
});

test('the client takes types only from the rest, so that an app loads nothing else', () => {
  const files = readdirSync(join(source, 'client')).map((file) => readFileSync(join(source, 'client', file), 'utf8'));
  const taken = files.flatMap((text) =>
    [...text.matchAll(/^(?:import|export)(?! type) [^;]*from '(?!\.\/)[^']+';/gm)].flat(),
  );
  expect(taken).toEqual([]);
});

test('the inspector takes types only from the rest, but for the client', () => {
  const files = readdirSync(join(source, 'inspector'), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => readFileSync(join(source, 'inspector', file), 'utf8'));
  expect(files.length).toBeGreaterThan(0);
  const taken = files.flatMap((text) =>
    [...text.matchAll(/^(?:import|export)(?! type) [^;]*from '\.\.\/(?:\.\.\/)*(?!client\/)[a-z][^']*';/gm)].flat(),
  );
  expect(taken).toEqual([]);
});

test('serving loads neither zod nor YAML: only modules behind an import() may', () => {
  const entries = ['node/mock.ts', 'node/listen.ts'].map((file) => join(source, file));
  const heavy = ['zod', 'yaml', '@faker-js/faker/locale/en', '@asteasolutions/zod-to-openapi', 're2js'];
  expect(loadedBy(entries).filter(({ target }) => heavy.includes(target))).toEqual([]);
});

test('a page loads nothing of Node, and nothing heavy at once', () => {
  const heavy = ['zod', 'yaml', '@faker-js/faker/locale/en', '@asteasolutions/zod-to-openapi', 're2js'];
  const loaded = loadedBy([join(source, 'browser/index.ts')]);
  expect(loaded.filter(({ target }) => target.startsWith('node:') || heavy.includes(target))).toEqual([]);
});

test('the unit project needs no generated module: nothing is generated before it runs', () => {
  const tests = pureRooms.flatMap((room) =>
    readdirSync(join(source, '../test', room), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.test.ts'))
      .map((file) => join(source, '../test', room, file)),
  );
  expect(tests.length).toBeGreaterThan(0);
  expect(loadedBy(tests).filter(({ target }) => target.includes('/generated/'))).toEqual([]);
});

test('time and chance live in runtime only, but for the one file that speaks to the process', () => {
  const users = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.startsWith('runtime/') && file !== 'cli/process-io.ts')
    .filter((file) =>
      /Math\.random\(|Date\.now\(|new Date\(\)|performance\.now\(|randomUUID\(/.test(
        readFileSync(join(source, file), 'utf8'),
      ),
    );
  expect(users).toEqual([]);
});

test('editions are dated in one table; only broken mocks and variants choose one by its date', () => {
  const dated = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/generated\/|^self-test\//.test(file))
    .filter((file) =>
      new RegExp(`['\`](${editions.join('|')})|edition (${editions.join('|')})`).test(
        readFileSync(join(source, file), 'utf8'),
      ),
    );
  expect(dated).toEqual(['api/editions.ts']);
});

/** Every static import of the files given and of what they load, types aside. */
function loadedBy(entries: readonly string[]): { readonly file: string; readonly target: string }[] {
  const queue = [...entries];
  const seen = new Set(queue);
  const loaded: { readonly file: string; readonly target: string }[] = [];
  for (const file of queue) {
    if (!file.endsWith('.ts')) continue;
    for (const [, clause = '', target = ''] of readFileSync(file, 'utf8').matchAll(
      /^(?:import|export) (.*?from )?'([^']+)';/gms,
    )) {
      if (clause.startsWith('type ')) continue;
      loaded.push({ file: relative(source, file), target });
      const next = join(file, '..', target);
      if (!target.startsWith('.') || seen.has(next)) continue;
      seen.add(next);
      queue.push(next);
    }
  }
  return loaded;
}
