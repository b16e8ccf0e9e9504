import { applyEvent, type ChatEvent, emptyTurn, readEvents, type Turn } from '../client/index.ts';
import type { PerformanceEnd } from '../scenario/wire.ts';
import type { Verification } from '../world/journal.ts';
import { compareAll, type Expected, type RequestMatch } from '../world/request-match.ts';

/** What a matcher returns to Vitest, Jest or Playwright. */
export interface Verdict {
  readonly pass: boolean;
  readonly message: () => string;
}

/** A stream record, of this process or another. */
export interface Ended {
  readonly end: PerformanceEnd | null;
}

/** A mock, a world of it, or the controls of either in another process. */
export interface Journaled {
  readonly journal: {
    verify(match: RequestMatch): Told | Promise<Told>;
  };
}

type Told = Pick<Verification, 'matched'> & {
  readonly nearest: readonly {
    readonly entry: { readonly method: string; readonly path: string };
    readonly mismatches: Verification['nearest'][number]['mismatches'];
  }[];
};

/**
 * Matchers for `expect.extend`, of Vitest, Jest and Playwright alike. Those that read a response read a clone of it, so
 * await them before the response itself is read.
 */
export const chatMatchers = {
  /** The answer in a stream contains a text, or matches a pattern. */
  toHaveStreamed: async (received: Response, expected: string | RegExp): Promise<Verdict> => {
    const { turn, end } = await readTurn(received);
    const texts = turn.parts.flatMap((part) => (part.type === 'text' ? [part.content] : []));
    const answer = texts.join('\n\n');
    const pass = typeof expected === 'string' ? answer.includes(expected) : expected.test(answer);
    return {
      pass,
      message: () =>
        `Expected the answer ${pass ? 'not ' : ''}to ${typeof expected === 'string' ? 'contain' : 'match'} ${show(expected)}.\nAnswer: ${show(answer)}\nThe turn is ${turn.status}; the stream ended as ${end}.`,
    };
  },

  /** Passes if the stream has these events in this order; each needs only the given keys. */
  toHaveStreamedEvents: async (received: Response, expected: readonly EventMatch[]): Promise<Verdict> => {
    const { events } = await readTurn(received);
    const missing = firstMissing(events, expected);
    return {
      pass: missing === null,
      message: () =>
        missing === null
          ? `Expected the stream not to have these events in this order: ${show(expected)}.`
          : `Expected the stream to have event ${missing + 1} of ${expected.length} after those before it: ${show(expected[missing])}.\nEvents:\n${events.map((event) => `  ${show(event)}`).join('\n')}`,
    };
  },

  /** A stream record has this end; a response is read to its end, which is `close`, `truncate` or `reset`. */
  toEndAs: (received: Response | Ended | undefined, expected: PerformanceEnd): Verdict | Promise<Verdict> => {
    if (received === undefined) throw new TypeError('Expected a Response or a stream record, not undefined.');
    return received instanceof Response
      ? readTurn(received).then(({ end }) => endVerdict(end, expected))
      : endVerdict(received.end, expected);
  },

  /** The journal of a mock has a request that matches, or so many. */
  toHaveReceived: (received: Journaled, match: RequestMatch, times?: number): Verdict | Promise<Verdict> => {
    const told = received.journal.verify(match);
    return told instanceof Promise
      ? told.then((verification) => receivedVerdict(verification, { match, times }))
      : receivedVerdict(told, { match, times });
  },
};

/** A part of an event; a text may be a pattern, `{ regex: '…' }`. */
export type EventMatch = { readonly type?: ChatEvent['type'] } & Readonly<Record<string, Expected>>;

interface Reading {
  readonly events: readonly ChatEvent[];
  readonly turn: Turn;
  readonly end: 'close' | 'truncate' | 'reset';
}

async function readTurn(response: Response): Promise<Reading> {
  if (!(response instanceof Response))
    throw new TypeError(`Expected a Response, as fetch returns it, not ${show(response)}.`);
  if (response.bodyUsed)
    throw new TypeError('The body of the response was read already. Await the matcher before that.');
  const events: ChatEvent[] = [];
  let turn = emptyTurn;
  let end: Reading['end'] = 'close';
  try {
    for await (const event of readEvents(response.clone().body)) {
      events.push(event);
      turn = applyEvent(turn, event);
    }
  } catch (error) {
    end = endOf(error);
  }
  return { events, turn: applyEvent(turn, null), end };
}

/** How a connection was lost. Anything else, such as an abort of the test's own, is not an end of a stream. */
function endOf(error: unknown): 'truncate' | 'reset' {
  const { cause } = (error ?? {}) as { readonly cause?: { readonly code?: unknown } };
  if (cause?.code === 'ECONNRESET') return 'reset';
  if (error instanceof TypeError) return 'truncate';
  throw error;
}

function firstMissing(events: readonly ChatEvent[], expected: readonly EventMatch[]): number | null {
  let at = 0;
  for (const event of events) {
    const next = expected[at];
    if (next && compareAll(next, event).length === 0) at += 1;
  }
  return at < expected.length ? at : null;
}

function endVerdict(actual: PerformanceEnd | null, expected: PerformanceEnd): Verdict {
  const pass = actual === expected;
  return {
    pass,
    message: () =>
      `Expected the stream ${pass ? 'not ' : ''}to end as ${expected}; it ${actual === null ? 'still runs' : `ended as ${actual}`}.`,
  };
}

function receivedVerdict(
  { matched, nearest }: Told,
  { match, times }: { readonly match: RequestMatch; readonly times: number | undefined },
): Verdict {
  const pass = times === undefined ? matched > 0 : matched === times;
  const misses = nearest.map(({ entry: { method, path }, mismatches }) => {
    const reasons = mismatches.map(({ at, expected, actual }) => `${at} is ${show(actual)}, not ${show(expected)}`);
    return `  ${method} ${path}: ${reasons.join('; ')}`;
  });
  const wanted =
    times === undefined
      ? 'a request that matches'
      : times === 1
        ? '1 request that matches'
        : `${times} requests that match`;
  return {
    pass,
    message: () =>
      [
        `Expected ${pass ? 'not ' : ''}to have received ${wanted} ${show(match)}; ${matched} did.`,
        ...(pass || misses.length === 0 ? [] : ['Nearest:', ...misses]),
      ].join('\n'),
  };
}

function show(value: unknown): string {
  return value instanceof RegExp ? String(value) : (JSON.stringify(value) ?? String(value));
}
