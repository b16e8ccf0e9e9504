import { createProgramChecks, refuse } from '../server/control/checks.ts';
import { compilePattern } from './compile-pattern.ts';
import { type ChatMock, type ChatMockOptions, createChatMock as create } from './mock.ts';
import { checkOptions, checkWhere, checkWorldName } from './mock-options.ts';

const programChecks = createProgramChecks(compilePattern);

/**
 * A mock of the LlamaCloud Chat API: one deterministic engine, with or without a socket. What a program gives it is
 * judged as a file would be; throws ChatMockError `bad_argument` with all that is wrong.
 */
export function createChatMock(options: ChatMockOptions = {}): ChatMock {
  refuse('create a mock', checkOptions(options));
  const mock = create(options, programChecks);
  const { listen, replaceFixtures, world } = mock;
  return Object.assign(mock, {
    listen: async (where: Parameters<ChatMock['listen']>[0] = {}) => {
      refuse('listen', checkWhere(where));
      return listen(where);
    },
    world: (id: string) => {
      refuse('find a world', checkWorldName(id));
      return world(id);
    },
    replaceFixtures: (fixtures: Parameters<ChatMock['replaceFixtures']>[0]) => {
      refuse('replace fixtures', checkOptions(fixtures));
      replaceFixtures(fixtures);
    },
  });
}
