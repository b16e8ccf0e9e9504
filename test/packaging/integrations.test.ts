import { cpSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { listFiles } from '../support/blocks.ts';
import { chromiumOptions, hasChromium, launchChromium } from '../support/chromium.ts';
import { findFreePort } from '../support/free-port.ts';
import { createFreshFolder, type FreshFolder } from '../support/fresh-folder.ts';
import { installPacked } from '../support/packed.ts';

vi.setConfig({ testTimeout: 300_000 }); // Each installs, compiles and runs a project.
const guide = readFileSync(new URL('../../docs/integrations.md', import.meta.url), 'utf8');
const packed = installPacked();
const folders: FreshFolder[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) folder.remove();
});

/** Instead of the usual ones, which another program may have. */
const freePorts = { 4010: String(await findFreePort()), 5173: String(await findFreePort()) };

/** MSW 3 needs Node 22.12. */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const runsMsw3 = major > 22 || (major === 22 && minor >= 12);

/** A folder with the files that a section of the guide shows. */
function follow(heading: string): FreshFolder {
  const files = listFiles(guide, heading);
  expect(files.length).toBeGreaterThan(0);
  const folder = createFreshFolder(heading.toLowerCase().replaceAll(/\W+/g, '-'));
  folders.push(folder);
  for (const { title, text } of files) folder.write(title, text);
  return folder;
}

/** Every way that modules are resolved. */
const resolutions = { nodenext: 'nodenext', node16: 'node16', bundler: 'esnext' } as const;

/** Checks the types of a consumer as a bundler resolves them; those of our entries are checked below, in every way. */
function checkTypes(
  folder: FreshFolder,
  types: readonly string[] = [],
  {
    moduleResolution = 'bundler',
    skipLibCheck = true,
  }: { readonly moduleResolution?: keyof typeof resolutions; readonly skipLibCheck?: boolean } = {},
): void {
  const strict = { strict: true, noEmit: true, skipLibCheck, allowImportingTsExtensions: true };
  const compilerOptions = {
    ...strict,
    target: 'es2023',
    lib: ['es2023', 'dom', 'dom.iterable'],
    types,
    jsx: 'react-jsx',
  };
  const module = resolutions[moduleResolution];
  folder.write('tsconfig.json', JSON.stringify({ compilerOptions: { ...compilerOptions, module, moduleResolution } }));
  expect(folder.run('tsc -p .')).toEqual({ status: 0, output: '' });
}

/** All entries, by the types they need. */
const entriesByTypes = [
  { types: [], entries: ['', '/browser', '/client', '/schemas', '/openapi', '/contract', '/vitest', '/vite'] },
  { types: ['node'], entries: ['/msw', '/next', '/playwright'] },
];

// Once for all, since it costs two seconds each time.
test.each(entriesByTypes)(
  'the types of $entries hold without skipLibCheck, with the types of $types',
  ({ types, entries }) => {
    const folder = createFreshFolder('types');
    folders.push(folder);
    folder.write('all.ts', entries.map((entry, at) => `export * as entry${at} from 'chat-mock${entry}';\n`).join(''));
    for (const moduleResolution of Object.keys(resolutions) as (keyof typeof resolutions)[])
      checkTypes(folder, types, { moduleResolution, skipLibCheck: false });
  },
);

test('every entry is among these', () => {
  const names = Object.keys(packageJson.exports).map((name) => name.slice(1));
  const known = entriesByTypes.flatMap(({ entries }) => entries);
  expect(names.filter((name) => !name.endsWith('.json')).sort()).toEqual(known.sort());
});

describe('docs/integrations.md', () => {
  test('Read the stream', () => {
    const folder = follow('Read the stream');
    expect(folder.run('vitest run').output).toMatch(/Tests +2 passed/);
    checkTypes(folder);
  });

  test('Control it from another process', async () => {
    const folder = follow('Control it from another process');
    const server = await packed.startServer(['--speed', 'instant']);
    folder.write(
      'tasks.test.ts',
      `import { expect, test } from 'vitest';
import { tasks } from './cypress/tasks.ts';
test('the tasks work', async () => {
  expect(await tasks['mock:next']({ steps: [{ hold: 'look' }] })).toBe(1);
  const held = tasks['mock:held']('look');
  const response = await fetch('${server.url}/api/v1/chat/ses-never-run/messages/stream', {
    method: 'POST',
    headers: { authorization: 'Bearer any', 'content-type': 'application/json' },
    body: JSON.stringify({ index_ids: ['a'], prompt: 'Hi' }),
  });
  expect([await held, await tasks['mock:release']('look')]).toEqual([1, 1]);
  await response.text();
  expect(await tasks['mock:asked']('streamMessages')).toEqual([{ index_ids: ['a'], prompt: 'Hi' }]);
  await tasks['mock:next']('fast');
  expect(await tasks['mock:reset']()).toEqual(['fast']);
});`,
    );
    expect(folder.run('vitest run', { CHAT_MOCK_URL: server.url }).output).toMatch(/Tests +1 passed/);
    await server.stop();
    checkTypes(folder, ['node']);
  });

  test('Vite', async () => {
    const folder = follow('Vite');
    folder.write('index.html', '<h1>Page</h1>');
    const vite = folder.start('vite --port 0 --host 127.0.0.1');
    const [, url = ''] = await vite.printed(/Chat API: (http:\/\/\S+) \(chat-mock, 51 scenarios; ask for \/NAME\)/);
    expect(await (await fetch(`${url}/`)).text()).toContain('<h1>Page</h1>');
    expect(await (await ask(url, 'hello')).text()).toContain('Hello! What would you like to know?');
    await expect((await ask(url, '/cut-mid-word')).text()).rejects.toThrow('terminated');
    await vite.stop();
    checkTypes(folder);
  });

  test.skipIf(!hasChromium)('In a page', async () => {
    const folder = follow('In a page');
    checkTypes(folder, ['vite/client']);
    folder.write('scenarios/mine.yaml', 'scenario: mine\nsteps:\n  - text: Mine.\n');
    folder.write('index.html', '<script type="module" src="/src/main.ts"></script>');
    folder.write(
      'src/main.ts',
      `import { mock as own } from './own-scenarios.ts';
import { mock, withChatMock } from './with-chat-mock.ts';
const ask = (answer, init) =>
  withChatMock(() => fetch('https://api.cloud.llamaindex.ai/api/v1/chat/ses-never-run/messages/stream', {
    method: 'POST',
    headers: { authorization: 'Bearer any', 'content-type': 'application/json' },
    body: JSON.stringify({ index_ids: ['a'], prompt: 'Hi' }),
    ...init,
  }), { parameters: { answer } });
const inMock = async (text) => {
  const bytes = new TextEncoder().encode(text);
  return [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
};
window.results = (async () => {
  const text = await (await ask('fast')).text();
  const { streams } = await (await fetch('https://api.cloud.llamaindex.ai/__mock/streams')).json();
  const cut = await (await ask('cut-mid-word')).text().catch((error) => error.name);
  const down = await ask('connection-reset').catch((error) => error.name);
  const leaving = new AbortController();
  const left = await ask('slow-tool', { signal: leaving.signal });
  leaving.abort();
  await mock.waitForStream({ end: 'client_left' });
  await mock.ready;
  let wrong = '';
  try { mock.next({ stebs: [] }); } catch (error) { wrong = error.code; }
  return { isWhole: text.includes('"type":"stop"'), isSame: streams[0].sha256 === await inMock(text), cut, down, left: left.status, wrong, own: own.scenarioNames.includes('mine') };
})();`,
    );
    expect(folder.run('vite build').status).toBe(0);
    const preview = folder.start('vite preview --port 0 --host 127.0.0.1');
    const [, url = ''] = await preview.printed(/Local: +(http:\S+)/);
    const browser = await launchChromium();
    const page = await browser.newPage();
    await page.goto(url);
    expect(await page.evaluate('window.results')).toEqual({
      isWhole: true,
      isSame: true,
      cut: 'TypeError',
      down: 'TypeError',
      left: 200,
      wrong: 'bad_argument',
      own: true,
    });
    await browser.close();
    await preview.stop();
  });

  test('Vitest', () => {
    const folder = follow('Vitest');
    for (const flags of ['', '--pool threads', '--environment jsdom', '--environment happy-dom --pool threads'])
      expect(folder.run(`vitest run ${flags}`).output).toMatch(/Tests +3 passed/);
    checkTypes(folder);
  });

  test.skipIf(!hasChromium)('Playwright', async () => {
    const folder = follow('Playwright');
    for (const [port, file] of [
      ['4010', 'index.html'],
      ['4010', 'playwright.config.ts'],
      ['5173', 'playwright.config.ts'],
    ] as const)
      folder.edit(file, (text) => text.replaceAll(port, freePorts[port]));
    folder.write(
      'debian.config.ts',
      `import config from './playwright.config.ts';
export default { ...config, workers: 2, fullyParallel: true, use: { ...config.use, launchOptions: ${JSON.stringify(chromiumOptions)} } };`,
    );
    const env = { CHAT_MOCK_URL: `http://127.0.0.1:${freePorts['4010']}` };
    expect(folder.run('playwright test --config debian.config.ts', env).output).toMatch(/2 passed/);
    checkTypes(folder, ['node']);
  });

  test('MSW', () => {
    const folder = follow('MSW');
    for (const name of runsMsw3 ? ['msw', 'msw-3'] : ['msw']) {
      folder.edit('src/server.ts', (text) => text.replaceAll(/'msw(?=[/'])/g, `'${name}`));
      expect(folder.run('vitest run').output).toMatch(/Tests +3 passed/);
    }
    checkTypes(folder, ['node']);
  });

  test.skipIf(!hasChromium)('MSW in the service worker of a page', async () => {
    const folder = createFreshFolder('msw-page');
    folders.push(folder);
    folder.run('mkdir public && cp node_modules/msw/lib/mockServiceWorker.js public/');
    folder.write('index.html', '<script type="module" src="/src/main.ts"></script>');
    folder.write(
      'src/main.ts',
      `import { createChatMock } from 'chat-mock';
import { chatMockHandlers } from 'chat-mock/msw';
import { http } from 'msw';
import { setupWorker } from 'msw/browser';
const mock = createChatMock({ speed: 'instant' });
const worker = setupWorker(...chatMockHandlers(mock, { http, baseURL: '/' }));
const ask = (prompt, init) => fetch('/api/v1/chat/ses-never-run/messages/stream', {
  method: 'POST',
  headers: { authorization: 'Bearer any', 'content-type': 'application/json' },
  body: JSON.stringify({ index_ids: ['a'], prompt }),
  ...init,
});
window.results = (async () => {
  await worker.start({ quiet: true, onUnhandledRequest: 'bypass' });
  const text = await (await ask('/fast')).text();
  const cut = await (await ask('/cut-mid-word')).text().then(() => 'clean', (error) => error.name);
  const down = await ask('/connection-reset').then(() => 'answered', (error) => error.name);
  return { isWhole: text.includes('"type":"stop"'), cut, down };
})();`,
    );
    const vite = folder.start('vite --port 0 --host 127.0.0.1');
    const [, url = ''] = await vite.printed(/Local: +(http:\S+)/);
    const browser = await launchChromium();
    const page = await browser.newPage();
    await page.goto(url);
    const results = await page.waitForFunction('window.results').then((handle) => handle.evaluate((value) => value));
    expect(results).toEqual({ isWhole: true, cut: 'TypeError', down: 'TypeError' });
    await browser.close();
    await vite.stop();
  });

  test('Next.js', () => {
    const folder = follow('Next.js');
    folder.write('mocks/mine.yaml', 'scenario: mine\nsteps:\n  - text: Mine.\n');
    folder.edit('instrumentation.ts', (text) => text.replace('4010', freePorts['4010']));
    const script =
      "await (await import('./instrumentation.ts')).register(); console.log((await (await import('chat-mock')).connect(process.env.LLAMA_CLOUD_BASE_URL).scenarioNames).includes('mine')); process.exit()";
    const env = { NEXT_RUNTIME: 'nodejs', NODE_ENV: 'development' };
    expect(folder.run(`tsx --input-type=module --eval "${script}"`, env)).toEqual({ status: 0, output: 'true\n' });
    checkTypes(folder, ['node']);
  });

  test('Any other tool', () => {
    const folder = follow('Any other tool');
    folder.write('mocks/mine.yaml', 'scenario: mine\nsteps:\n  - text: Mine.\n');
    const { status, output } = folder.run('chat-mock run --speed instant -- node --test');
    expect([status, output]).toEqual([0, expect.stringMatching(/pass 2\n[\s\S]*skipped 0/)]);
    checkTypes(folder, ['node']);
    expect(folder.run('chat-mock run -- node --eval "process.exit(7)"').status).toBe(7);
  });

  test('A server of your own', () => {
    const folder = follow('A server of your own');
    folder.write(
      'server.test.ts',
      `import { expect, test } from 'vitest';
import { server } from './server.ts';
test('it answers both', async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as import('node:net').AddressInfo;
  const get = async (path: string) => (await fetch(\`http://127.0.0.1:\${port}\${path}\`, { headers: { authorization: 'Bearer any' } })).text();
  expect([await get('/'), await get('/api/v1/chat?page_size=1')]).toEqual(['<h1>Everything else</h1>', expect.stringContaining('items')]);
  server.close();
});`,
    );
    expect(folder.run('vitest run').output).toMatch(/Tests +1 passed/);
    checkTypes(folder, ['node']);
  });
});

test('what chat-mock init writes passes its own tests', () => {
  const folder = createFreshFolder('init');
  folders.push(folder);
  const packages = { vite: '*', vitest: '*', '@playwright/test': '*', 'chat-mock': '*' };
  folder.write('package.json', JSON.stringify({ type: 'module', devDependencies: packages }));
  expect(folder.run('chat-mock init --yes').status).toBe(0);
  expect(folder.run('chat-mock scenario check mocks').status).toBe(0);
  expect(folder.run('vitest run chat-mock.test.ts').output).toMatch(/Tests +1 passed/);
  folder.edit('playwright.config.ts', (text) => text.replace('{ scenarios', `{ port: ${freePorts['4010']}, scenarios`));
  const env = { CHAT_MOCK_URL: `http://127.0.0.1:${freePorts['4010']}` };
  expect(folder.run('playwright test', env).output).toMatch(/1 passed/);
  checkTypes(folder, ['node']);
});

describe.skipIf(!hasChromium)('examples/chat-page', () => {
  test('it compiles, and passes its tests in jsdom and in Chromium', () => {
    const folder = createFreshFolder('chat-page');
    folders.push(folder);
    cpSync(new URL('../../examples/chat-page', import.meta.url), folder.path, {
      recursive: true,
      filter: (path) => !path.includes('node_modules'),
    });
    expect(folder.run('tsc -p .')).toEqual({ status: 0, output: '' });
    expect(folder.run('vitest run src').output).toMatch(/Tests +7 passed/);
    folder.edit('playwright.config.ts', (text) => text.replaceAll('5173', freePorts['5173']));
    folder.write(
      'debian.config.ts',
      `import config from './playwright.config.ts';
export default { ...config, workers: 2, use: { ...config.use, launchOptions: ${JSON.stringify(chromiumOptions)} } };`,
    );
    expect(folder.run('playwright test --config debian.config.ts').output).toMatch(/19 passed/);
    expect(folder.run('vite build').status).toBe(0);
  });
});

const ask = (url: string, prompt: string) =>
  fetch(`${url}/api/v1/chat/ses-never-run/messages/stream`, {
    method: 'POST',
    headers: { authorization: 'Bearer any', 'content-type': 'application/json' },
    body: JSON.stringify({ index_ids: ['idx-abc123'], prompt }),
  });
