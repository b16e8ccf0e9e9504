import { testsWith } from '../embed/vitest-fixture.ts';
import { createChatMock } from './chat-mock.ts';

export { chatMatchers } from '../embed/matchers.ts';

/** `chatMockTest` of `chat-mock/vitest`, for tests that run in a page: Vitest's browser mode. */
export const chatMockTest = testsWith(createChatMock);
