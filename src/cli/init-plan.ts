/** A file that a project lacks. */
interface NewFile {
  readonly path: string;
  readonly text: string;
}

/** The files that `init` writes, and the steps that it leaves to the user. */
export interface InitPlan {
  readonly files: readonly NewFile[];
  /** Lines to add by hand to files that are there already, and commands to run. */
  readonly steps: readonly string[];
}

/** What `init` found out about a project. */
export interface Project {
  /** Names of the packages that it depends on. */
  readonly packages: ReadonlySet<string>;
  /** Names of the files in its directory. */
  readonly files: ReadonlySet<string>;
}

const SCENARIO = `# yaml-language-server: $schema=../node_modules/chat-mock/schemas/scenario.json
scenario: hello
description: Ask for /hello, or say hello.
when: { prompt: hello }
steps:
  - think: A greeting.
  - text: Hello! What would you like to know?
`;

const VITE = `import { chatMock } from 'chat-mock/vite';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [chatMock({ scenarios: 'mocks' })],
});
`;

const VITEST = `import { chatMockTest } from 'chat-mock/vitest';
import { expect } from 'vitest';

const test = chatMockTest({ speed: 'instant' });

test('an answer is streamed', async ({ mock }) => {
  mock.next({ steps: [{ text: 'Hello!' }] });
  // In place of this request: your client, with mock.fetch as its fetch.
  const response = await mock.fetch('http://mock/api/v1/chat/ses-never-run/messages/stream', {
    method: 'POST',
    headers: { authorization: 'Bearer any', 'content-type': 'application/json' },
    body: JSON.stringify({ index_ids: ['idx-abc123'], prompt: 'hello' }),
  });
  await expect(response).toHaveStreamed('Hello!');
});
`;

const PLAYWRIGHT = `import { expect, test } from 'chat-mock/playwright';

test('an answer is streamed', async ({ request, mock, chatMockURL }) => {
  await mock.next({ steps: [{ text: 'Hello!' }] });
  // In place of this request: page.goto('/'), and a question typed into your page.
  const response = await request.post(\`\${chatMockURL}/api/v1/chat/ses-never-run/messages/stream\`, {
    headers: { authorization: 'Bearer any' },
    data: { index_ids: ['idx-abc123'], prompt: 'hello' },
  });
  expect(await response.text()).toContain('Hello!');
});
`;

const PLAYWRIGHT_CONFIG = `import { defineConfig } from '@playwright/test';
import { chatMockServer } from 'chat-mock/playwright';

export default defineConfig({
  testDir: 'e2e',
  webServer: [chatMockServer({ scenarios: 'mocks' })],
});
`;

const NEXT = `export async function register() {
  if (process.env.NEXT_RUNTIME === 'nodejs') {
    const { register } = await import('chat-mock/next');
    await register({ scenarios: 'mocks' });
  }
}
`;

/** What fits a project; no file that is there already is in it. */
export function planInit({ packages, files }: Project): InitPlan {
  const hasFile = (pattern: RegExp) => [...files].find((name) => pattern.test(name));
  const parts: InitPlan[] = [{ files: [{ path: 'mocks/hello.yaml', text: SCENARIO }], steps: [] }];
  if (packages.has('vite')) {
    const config = hasFile(/^vite\.config\./);
    parts.push(
      config === undefined
        ? { files: [{ path: 'vite.config.ts', text: VITE }], steps: [] }
        : {
            files: [],
            steps: [
              `In ${config}: import { chatMock } from 'chat-mock/vite'; and plugins: [chatMock({ scenarios: 'mocks' })]`,
            ],
          },
    );
  }
  if (packages.has('vitest')) parts.push({ files: [{ path: 'chat-mock.test.ts', text: VITEST }], steps: [] });
  if (packages.has('@playwright/test')) {
    const config = hasFile(/^playwright\.config\./);
    const test = { path: 'e2e/chat-mock.spec.ts', text: PLAYWRIGHT };
    parts.push(
      config === undefined
        ? { files: [{ path: 'playwright.config.ts', text: PLAYWRIGHT_CONFIG }, test], steps: [] }
        : {
            files: [test],
            steps: [
              `In ${config}: import { chatMockServer } from 'chat-mock/playwright'; and webServer: [chatMockServer({ scenarios: 'mocks' })]`,
            ],
          },
    );
  }
  if (packages.has('next')) {
    const step = "In next.config: serverExternalPackages: ['chat-mock']";
    const taken = hasFile(/^instrumentation\./);
    parts.push({
      files: taken === undefined ? [{ path: 'instrumentation.ts', text: NEXT }] : [],
      steps: taken === undefined ? [step] : [`In ${taken}: what docs/integrations.md says of Next.js`, step],
    });
  }
  const manager = hasFile(/^pnpm-lock\.yaml$/)
    ? 'pnpm'
    : hasFile(/^yarn\.lock$/)
      ? 'yarn'
      : hasFile(/^bun\.lockb?$/)
        ? 'bun'
        : 'npm';
  const install = packages.has('chat-mock') ? [] : [`${manager} ${manager === 'npm' ? 'install' : 'add'} -D chat-mock`];
  const runner = manager === 'npm' ? 'npx' : manager === 'bun' ? 'bunx' : `${manager} exec`;
  return {
    files: parts.flatMap((part) => part.files).filter(({ path }) => !files.has(path)),
    steps: [...install, ...parts.flatMap((part) => part.steps), `${runner} chat-mock --scenarios mocks --watch`],
  };
}
