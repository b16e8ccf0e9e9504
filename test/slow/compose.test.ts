import { cpSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { chromiumOptions, hasChromium } from '../support/chromium.ts';
import { findFreePort } from '../support/free-port.ts';
import { createFreshFolder } from '../support/fresh-folder.ts';

type Services = Readonly<Record<string, { command?: string; environment: Readonly<Record<string, string>> }>>;

test.skipIf(!hasChromium)(
  'the services of compose.yaml work together: mock, page, and tests in a browser',
  async () => {
    const folder = createFreshFolder('compose');
    cpSync(new URL('../../examples/chat-page', import.meta.url), folder.path, {
      recursive: true,
      filter: (path) => !path.includes('node_modules'),
    });
    const [mockPort, pagePort] = [String(await findFreePort()), String(await findFreePort())];
    // Here, the names of services are this machine.
    const text = readFileSync(new URL('../../compose.yaml', import.meta.url), 'utf8')
      .replaceAll('http://mock:4010', `http://127.0.0.1:${mockPort}`)
      .replaceAll(/\b5173\b/g, pagePort)
      .replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1');
    const { mock, web, tests } = (parse(text) as { services: Services }).services;
    if (!mock || !web?.command || !tests?.command) throw new Error('A service is missing.');
    const rules = '--host-resolver-rules=MAP web 127.0.0.1';
    folder.write(
      'debian.config.ts',
      `import config from './playwright.config.ts';
const launchOptions = ${JSON.stringify({ ...chromiumOptions, args: [...chromiumOptions.args, rules] })};
export default { ...config, workers: 2, use: { ...config.use, launchOptions } };`,
    );
    const serving = folder.start(`chat-mock --port ${mockPort} --host 0.0.0.0 --json`, mock.environment);
    await serving.printed(/"event":"ready"/);
    const showing = folder.start(web.command.replace('npx ', ''), web.environment);
    await showing.printed(/Local:/);
    const { output } = folder.run(`${tests.command.replace('npx ', '')} --config debian.config.ts`, tests.environment);
    expect(output).toMatch(/19 passed/);
    await Promise.all([serving.stop(), showing.stop()]);
    folder.remove();
  },
);
