import type { Platform } from '../node/platform.ts';
import { ChatMockError } from '../runtime/errors.ts';
import { compileNatively } from './native-pattern.ts';
import { createSha256 } from './sha256.ts';

/** A page or a worker. */
export const browserPlatform: Platform = {
  compilePattern: compileNatively,
  createHash: createSha256,
  createPageFileReader: () => (name) => refuse(`serve ${name}`),
  createProcessReader: () => () => [],
  loadListen: () => refuse('listen'),
  loadNodeHandler: () => refuse('answer a request of Node'),
};

async function refuse(what: string): Promise<never> {
  throw onlyInNode(what);
}

/** The error of what a page cannot do. */
export function onlyInNode(what: string): ChatMockError {
  return new ChatMockError(
    'only_in_node',
    `Failed to ${what}: this needs Node, and here is a page or a worker. Start a server with npx chat-mock, or let mock.install() answer the page's own fetch.`,
  );
}
