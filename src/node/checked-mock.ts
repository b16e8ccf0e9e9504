import { programChecks } from '../server/control/checks.ts';
import { type ChatMock, type ChatMockOptions, createChatMock as create } from './mock.ts';

/**
 * A mock of the LlamaCloud Chat API: one deterministic engine, with or without a socket. What a program gives it is
 * judged as a file would be; throws ChatMockError `bad_argument` with all that is wrong.
 */
export function createChatMock(options: ChatMockOptions = {}): ChatMock {
  return create(options, programChecks);
}
