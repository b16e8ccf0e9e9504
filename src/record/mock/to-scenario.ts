import { type RecordedExchange, readBody } from '../../contract/record/recording.ts';
import { roundMs } from '../../runtime/timestamp.ts';
import { isReservedHeader } from '../../scenario/check-headers.ts';
import { brokenRules } from '../../scenario/check-steps.ts';
import type { Ending } from '../../scenario/endings.ts';
import { rawOf } from '../../scenario/raw-bytes.ts';
import type { Scenario, When, Wire } from '../../scenario/schema.ts';
import { toTurn, type Usual } from './to-turn.ts';

/** A scenario, and what a reader of its file must know. */
export interface MadeScenario {
  readonly scenario: Scenario;
  readonly comments: readonly string[];
}

/** What a scenario is made from. */
export interface ScenarioSource {
  readonly exchange: RecordedExchange;
  readonly name: string;
  /** Null: it is asked for by its name. */
  readonly when: When | null;
  /** How the mock frames a stream whose scenario says nothing about it. */
  readonly usual: Usual;
}

/** A mock sends comments into longer silences, unless it is told not to. */
const PING_MS = 10_000;
/** A mock takes about so long itself from a request to the headers of its answer. */
const OWN_MS = 3;
/** Headers that the mock adds to a stream by itself; null leaves one out that the recording has not. */
const OWN_HEADERS = ['cache-control', 'x-accel-buffering'] as const;

/** Makes the scenario that answers as a recorded turn did: the same bytes, borders of chunks, times and end. */
export function toScenario({ exchange, name, when, usual }: ScenarioSource): MadeScenario {
  const { response } = exchange;
  const prompt = `Recorded: ${exchange.request.method} ${exchange.request.target.split('?', 1)[0]}`;
  const base = { scenario: name, description: `${prompt}.`, ...(when && { when }) };
  const how = endOf(exchange);
  if (!response) {
    const ends = { after: 'nothing', how: how === 'close' ? 'reset' : how } as const;
    return { scenario: { ...base, ends }, comments: [`No answer came: ${exchange.reason ?? exchange.ending}.`] };
  }
  const headers = headersOf(response);
  const delay = response.headers_ms >= OWN_MS ? { delay_ms: roundMs(response.headers_ms) } : {};
  const body = Buffer.from(readBody(response.body));
  const comments = [...endComment(exchange, how), ...encodingComment(response)];
  if (response.status !== 200 || !isStream(response)) {
    const cut = exchange.ending === 'complete' ? {} : { ends: { after: { byte: body.length }, how } };
    return {
      scenario: {
        ...base,
        status: Math.max(200, response.status),
        headers: withoutOwn(body.length > 0 ? ['content-type'] : [], headers),
        ...bodyOf(body),
        ...delay,
        ...cut,
      },
      comments,
    };
  }
  const turn = toTurn(response, usual);
  const isWhole = turn.isStopped && exchange.ending === 'complete';
  const steps = turn.isStopped ? [...turn.steps] : [...turn.steps, { fail: 'The recording has no more of it.' }];
  const violates = brokenRules(steps);
  const hasSilence = gapsOf(response).some((gap) => gap >= PING_MS);
  const wire: Wire = { ...turn.wire, ...(hasSilence && { ping_ms: 0 }) };
  return {
    scenario: {
      ...base,
      ...delay,
      headers: withoutOwn(OWN_HEADERS, headers),
      ...(!response.has_no_times && { pace: { first_ms: 0, tokens_per_second: 100_000, jitter: 0 } }),
      steps,
      ...(Object.keys(wire).length > 0 && { wire }),
      ...(!isWhole && { ends: { after: { byte: body.length }, how } }),
      ...(violates.length > 0 && { violates }),
    },
    comments: [...comments, ...turn.comments],
  };
}

const HOW: Readonly<Record<RecordedExchange['ending'], Ending>> = {
  ...{ complete: 'close', we_left: 'close', too_much: 'close', undecodable: 'close' },
  ...{ truncated: 'truncate', reset: 'reset', idle: 'hang', not_connected: 'reset', not_http: 'reset' },
};

type Response = NonNullable<RecordedExchange['response']>;

/** After so long a silence, longer than any before it, a client that left had been left waiting. */
const SILENCE_MS = 1000;

function endOf({ ending, response, end_ms }: RecordedExchange): Ending {
  if (ending !== 'we_left' || response?.has_no_times) return HOW[ending];
  if (!response) return 'hang';
  const silenceMs = end_ms - (response.chunks.at(-1)?.[0] ?? response.headers_ms);
  const isHanging = silenceMs >= SILENCE_MS && gapsOf(response).every((gap) => gap < silenceMs);
  return isHanging ? 'hang' : HOW[ending];
}

/** A body as text where that has the same bytes. */
function bodyOf(bytes: Uint8Array): Pick<Scenario, 'body' | 'body_base64'> {
  if (bytes.length === 0) return {};
  const raw = rawOf(bytes);
  return typeof raw === 'string' ? { body: raw } : { body_base64: raw.base64 };
}

function endComment({ ending, reason }: RecordedExchange, how: Ending): string[] {
  if (ending === 'complete') return [];
  if (ending === 'we_left' && how === 'hang')
    return [`Nothing came from here until nobody waited any more (${reason ?? 'the client left'}), so it hangs.`];
  if (ending === 'we_left') return [`Nobody read on from here (${reason ?? 'the client left'}), so it ends here.`];
  return [`It ended early: ${reason ?? ending}.`];
}

function encodingComment({ headers, decoded }: Response): string[] {
  const encoding = headers.find(([name]) => name.toLowerCase() === 'content-encoding')?.[1];
  if (decoded !== undefined) return [decoded];
  return encoding === undefined ? [] : [`The body is ${encoding}, so its bytes are kept as they were.`];
}

function isStream({ headers }: Response): boolean {
  return headers.some(([name, value]) => name.toLowerCase() === 'content-type' && /^text\/event-stream\b/i.test(value));
}

type RecordedHeaders = Readonly<Record<string, string | string[]>>;

/** Leaves out what belongs to one connection or one moment. A repeated header is a list, under its first name. */
function headersOf(response: Response): RecordedHeaders {
  const headers = new Map<string, [name: string, values: string[]]>();
  for (const [name, value] of response.headers) {
    const key = name.toLowerCase();
    const isStale = response.decoded !== undefined && key === 'content-encoding';
    if (isReservedHeader(key) || isStale || key === 'date') continue;
    const before = headers.get(key);
    if (before) before[1].push(value);
    else headers.set(key, [name, [value]]);
  }
  return Object.fromEntries(
    [...headers.values()].map(([name, values]) => [name, values.length === 1 ? String(values[0]) : values]),
  );
}

/** Leaves out the headers that the mock adds by itself and the recording has not. */
function withoutOwn(own: readonly string[], headers: RecordedHeaders): NonNullable<Scenario['headers']> {
  const names = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  return { ...Object.fromEntries(own.filter((name) => !names.has(name)).map((name) => [name, null])), ...headers };
}

function gapsOf({ chunks, headers_ms }: Response): number[] {
  return chunks.map(([atMs], index) => atMs - (chunks[index - 1]?.[0] ?? headers_ms));
}
