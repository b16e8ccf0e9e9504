import { test as base, expect, type TestAPI } from 'vitest';
import type { ChatMock, ChatMockOptions } from '../node/create-mock.ts';
import type { PerformanceEnd } from '../scenario/wire.ts';
import type { RequestMatch } from '../world/request-match.ts';
import { describeUnused, describeWorld } from './describe-world.ts';
import { chatMatchers, type EventMatch } from './matchers.ts';

/** What a test of `chatMockTest` is given. */
export interface ChatMockFixtures {
  /** A mock of this test alone. */
  readonly mock: ChatMock;
  /** Its options; `test.override({ mockOptions })` changes them for a group of tests. */
  readonly mockOptions: ChatMockOptions;
}

/** Creates a `test` with a mock for each test; see `chatMockTest`. */
export type ChatMockTest = (options?: ChatMockOptions) => TestAPI<ChatMockFixtures>;

/** Returns `chatMockTest` for mocks of Node, or for those of a page. */
export function testsWith(createChatMock: (options: ChatMockOptions) => ChatMock): ChatMockTest {
  return (options = {}) => {
    expect.extend(chatMatchers);
    return base.extend<ChatMockFixtures>({
      mockOptions: options,
      mock: async ({ mockOptions, task, onTestFailed, onTestFinished }, use) => {
        const mock = createChatMock(mockOptions);
        let seen = '';
        // Called after onTestFinished, and also where a test is skipped or expected to fail.
        onTestFailed(() => {
          if (task.result?.state === 'fail' && task.fails !== true) console.error(seen);
        });
        // An error that is thrown here is reported once; in the teardown of a fixture, Vitest 4 reports it twice.
        onTestFinished(async () => {
          const unused = describeUnused(mock.resetAll());
          await mock.close();
          if (unused !== null && task.result?.state === 'pass') throw new Error(unused);
        });
        await use(mock);
        seen = describeWorld({ requests: mock.journal.entries, streams: mock.streams });
      },
    });
  };
}

declare module 'vitest' {
  // Without type parameters: those of Vitest 4 and 5 differ, and TypeScript wants the same ones in both places.
  interface Matchers {
    /** The answer in the stream of a response contains a text, or matches a pattern. Await it. */
    toHaveStreamed(expected: string | RegExp): Promise<void>;
    /** Passes if the stream of a response has these events in this order; each needs only the given keys. Await it. */
    toHaveStreamedEvents(expected: readonly EventMatch[]): Promise<void>;
    /** A stream record has this end. Await it for a response, which is read to its end. */
    toEndAs(expected: PerformanceEnd): void | Promise<void>;
    /** The journal has a request that matches, or so many. Await it for a mock in another process. */
    toHaveReceived(match: RequestMatch, times?: number): void | Promise<void>;
  }
}
