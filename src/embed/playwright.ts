import {
  type BrowserContext,
  test as base,
  expect as baseExpect,
  type PlaywrightTestArgs,
  type PlaywrightTestOptions,
  type PlaywrightWorkerArgs,
  type PlaywrightWorkerOptions,
  type TestInfo,
  type TestType,
} from '@playwright/test';
import { connect, type RemoteControls } from './connect.ts';
import { describeUnused, describeWorld } from './describe-world.ts';
import { chatMatchers } from './matchers.ts';

export { type ChatMockServerOptions, chatMockServer } from './chat-mock-server.ts';

/** What a test is given. */
export interface ChatMockFixtures {
  /** The controls of this test's own world, in the mock at `chatMockURL`. */
  readonly mock: RemoteControls;
  /**
   * Origins whose requests carry the header that says which world they live in. Default: all. Name them if another
   * server refuses the header.
   */
  readonly chatMockOrigins: readonly string[] | null;
}

/** What a worker is given; set them with `use` in the configuration. */
export interface ChatMockWorkerOptions {
  /** Where the mock listens. Default: `CHAT_MOCK_URL`, or http://127.0.0.1:4010. */
  readonly chatMockURL: string;
  /** The `--control-token` of the mock. */
  readonly chatMockToken: string | undefined;
}

/**
 * Playwright's `test`, where each test has a world of the mock to itself: its pages, contexts and `request` send the
 * header `X-Test-Id`. After the test, the world is reset. A test that passed fails if it queued an answer that no
 * request used. If a test fails, the journal and the streams are attached.
 *
 * @example
 * ```ts
 * test('shows the answer', async ({ page, mock }) => {
 *   await mock.next('slow-tool');
 *   await page.goto('/');
 * });
 * ```
 */
export const test: TestType<
  PlaywrightTestArgs & PlaywrightTestOptions & ChatMockFixtures,
  PlaywrightWorkerArgs & PlaywrightWorkerOptions & ChatMockWorkerOptions
> = base.extend<ChatMockFixtures, ChatMockWorkerOptions>({
  chatMockURL: [process.env['CHAT_MOCK_URL'] ?? 'http://127.0.0.1:4010', { option: true, scope: 'worker' }],
  chatMockToken: [undefined, { option: true, scope: 'worker' }],
  chatMockOrigins: [null, { option: true }],
  // Through this option the header reaches `page`, `request`, and contexts that the test itself opens.
  extraHTTPHeaders: async ({ extraHTTPHeaders, chatMockOrigins }, use, testInfo) =>
    use(chatMockOrigins === null ? { ...extraHTTPHeaders, ...worldHeader(testInfo) } : extraHTTPHeaders),
  context: async ({ context, chatMockOrigins }, use, testInfo) => {
    if (chatMockOrigins !== null) await addHeader(context, { origins: chatMockOrigins, testInfo });
    await use(context);
  },
  mock: [
    async ({ chatMockURL, chatMockToken, chatMockOrigins, extraHTTPHeaders }, use, testInfo) => {
      if (chatMockOrigins === null && !('x-test-id' in (extraHTTPHeaders ?? {}))) throw new Error(replaced);
      const mock = connect(chatMockURL, { world: worldOf(testInfo), token: chatMockToken });
      await use(mock);
      if (testInfo.status !== testInfo.expectedStatus) await attachWorld(mock, testInfo);
      const unused = describeUnused(await mock.reset());
      if (unused !== null && testInfo.status === 'passed' && testInfo.expectedStatus === 'passed')
        throw new Error(unused);
    },
    { auto: true },
  ],
});

/** Playwright's `expect` with the matchers of chat-mock: `toHaveReceived` on `mock`, `toEndAs` on a stream record. */
export const expect = baseExpect.extend(chatMatchers);

const replaced =
  'test.use({ extraHTTPHeaders }) replaces the header X-Test-Id, which says which world a request lives in. Set the headers in the configuration, or set chatMockOrigins to the origins of the mock.';

/** Another one in each try, for an id is the same in all of them. */
function worldOf({ testId, repeatEachIndex, retry }: TestInfo): string {
  return `${testId}-${repeatEachIndex}-${retry}`;
}

function worldHeader(testInfo: TestInfo): Record<string, string> {
  return { 'x-test-id': worldOf(testInfo) };
}

async function addHeader(
  context: BrowserContext,
  { origins, testInfo }: { readonly origins: readonly string[]; readonly testInfo: TestInfo },
): Promise<void> {
  const named = new Set(origins.map((origin) => new URL(origin).origin));
  await context.route(
    (url) => named.has(url.origin),
    (route) => route.fallback({ headers: { ...route.request().headers(), ...worldHeader(testInfo) } }),
  );
}

async function attachWorld(mock: RemoteControls, testInfo: TestInfo): Promise<void> {
  const [requests, streams] = [await mock.journal.entries, await mock.streams];
  const attach = (name: string, contentType: string, body: string) => testInfo.attach(name, { contentType, body });
  await attach('chat-mock', 'text/plain', describeWorld({ requests, streams }));
  await attach('chat-mock-journal', 'application/json', JSON.stringify(requests, null, 2));
  await attach('chat-mock-streams', 'application/json', JSON.stringify(streams, null, 2));
}
