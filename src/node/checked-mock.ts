import { compilePattern } from './compile-pattern.ts';
import { createGuardedMock } from './guarded-mock.ts';
import type { ChatMock, ChatMockOptions } from './mock.ts';
import { nodePlatform } from './node-platform.ts';
import { createMockChecks } from './program-checks.ts';
import { replayRecording } from './replayed-recording.ts';

const checks = createMockChecks(compilePattern);

/**
 * A mock of the LlamaCloud Chat API: one deterministic engine, with or without a socket. Validates options and calls as
 * strictly as files: throws ChatMockError `bad_argument` that lists every mistake.
 *
 * @example
 * const mock = createChatMock({ speed: 'instant' });
 * mock.next('slow-tool');
 * const response = await mock.fetch('http://mock/api/v1/chat', { headers: { authorization: 'Bearer any' } });
 */
export function createChatMock(options: ChatMockOptions = {}): ChatMock {
  return createGuardedMock(options, { checks, platform: nodePlatform, replay: replayRecording });
}
