import type { ChatMock, ChatMockOptions } from '../node/create-mock.ts';
import { createGuardedMock, type Replayed } from '../node/guarded-mock.ts';
import { withMembers } from '../runtime/with-members.ts';
import { browserPlatform, onlyInNode } from './browser-platform.ts';
import { createLateChecks } from './late-checks.ts';

/**
 * A mock of the LlamaCloud Chat API in a page or a worker: the same engine, and so the same bytes, as in Node.
 *
 * @example
 * ```ts
 * const mock = createChatMock();
 * const undo = mock.install({ baseURL: 'https://api.cloud.llamaindex.ai' });
 * ```
 */
export function createChatMock(options: ChatMockOptions = {}): ChatMock {
  const { onError = (error: unknown) => console.error(error) } = options;
  const load = async () => (await import('./loaded-checks.ts')).loadedChecks;
  const { checks, ready } = createLateChecks({ load, onError });
  const mock = createGuardedMock(options, { checks, platform: browserPlatform, replay });
  return withMembers(mock, {
    get ready() {
      return ready();
    },
  });
}

function replay(options: ChatMockOptions): Replayed {
  if (options.recording !== undefined) throw onlyInNode('load a recording');
  return { options, recording: { unused: [] } };
}
