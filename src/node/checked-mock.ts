import { compilePattern } from './compile-pattern.ts';
import { createGuardedMock } from './guarded-mock.ts';
import type { ChatMock, ChatMockOptions } from './mock.ts';
import { nodePlatform } from './node-platform.ts';
import { createMockChecks } from './program-checks.ts';

const checks = createMockChecks(compilePattern);

/**
 * A mock of the LlamaCloud Chat API: one deterministic engine, with or without a socket. What a program gives it is
 * judged as a file would be; throws ChatMockError `bad_argument` with all that is wrong.
 *
 * @example
 * const mock = createChatMock({ speed: 'instant' });
 * mock.next('slow-tool');
 * const response = await mock.fetch('http://mock/api/v1/chat', { headers: { authorization: 'Bearer any' } });
 */
export function createChatMock(options: ChatMockOptions = {}): ChatMock {
  return createGuardedMock(options, { checks, platform: nodePlatform });
}
