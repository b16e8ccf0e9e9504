import { createChatMock } from '../node/checked-mock.ts';
import { testsWith } from './vitest-fixture.ts';

export { chatMatchers } from './matchers.ts';
export type { ChatMockFixtures, ChatMockTest } from './vitest-fixture.ts';

/**
 * A `test` whose fixture `mock` is a mock of that test alone. After the test, the streams of the mock end and its
 * servers close. A test that passed fails if it queued an answer that no request used. If a test fails, the journal is
 * printed. Adds the matchers to `expect`.
 *
 * @example
 * ```ts
 * const test = chatMockTest({ speed: 'instant' });
 * test('shows the answer', async ({ mock }) => {
 *   mock.next('slow-tool');
 * });
 * ```
 */
export const chatMockTest = testsWith(createChatMock);
