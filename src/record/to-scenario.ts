import type { Event } from '../api/events.ts';
import { type RecordedExchange, readBody } from '../contract/record/recording.ts';
import { roundMs } from '../runtime/timestamp.ts';
import { brokenRules } from '../scenario/check-steps.ts';
import type { Ending } from '../scenario/endings.ts';
import { textOf } from '../scenario/framing.ts';
import { rawOf } from '../scenario/raw-bytes.ts';
import { type ReadFrame, readFrames } from '../scenario/read-frames.ts';
import type { Scenario, Step, When, Wire } from '../scenario/schema.ts';
import { newlines } from '../scenario/usual-newline.ts';
import { isHop } from './hop.ts';

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

/** The choices of the mock that scenarios differ from. */
export interface Usual extends Framing {
  /** Whether the mock sends the prompt first by itself. */
  readonly echoesPrompt: boolean;
}

/** A shorter wait is left out, and added to the next: nobody sees it, and it hides what belongs together. */
const SHORTEST_WAIT_MS = 1;
/** Times closer than this are one: explicit pieces are kept at least so far apart. */
const CLOSE_MS = 3;
const BYTE_ORDER_MARK = '\ufeff';
/** A mock sends comments into longer silences, unless it is told not to. */
const PING_MS = 10_000;
/** Headers that the mock adds to a stream by itself; null leaves one out that the recording has not. */
const OWN_HEADERS = ['cache-control', 'x-accel-buffering'] as const;

/** Makes the scenario that answers as a recorded turn did: the same bytes, borders of chunks, times and end. */
export function toScenario({ exchange, name, when, usual }: ScenarioSource): MadeScenario {
  const { response } = exchange;
  const prompt = `Recorded: ${exchange.request.method} ${exchange.request.target.split('?', 1)[0]}`;
  const base = { scenario: name, description: `${prompt}.`, ...(when && { when }) };
  const how = HOW[exchange.ending];
  if (!response) {
    const ends = { after: 'nothing', how: how === 'close' ? 'reset' : how } as const;
    return { scenario: { ...base, ends }, comments: [`No answer came: ${exchange.reason ?? exchange.ending}.`] };
  }
  const headers = headersOf(response);
  const delay = response.headers_ms >= 1 ? { delay_ms: roundMs(response.headers_ms) } : {};
  const body = Buffer.from(readBody(response.body));
  const comments = [...endComment(exchange), ...encodingComment(response)];
  if (response.status !== 200 || !isStream(response)) {
    const text = body.toString('utf8');
    const cut = exchange.ending === 'complete' ? {} : { ends: { after: { byte: body.length }, how } };
    return {
      scenario: { ...base, status: Math.max(200, response.status), headers, body: text, ...delay, ...cut },
      comments,
    };
  }
  const turn = toTurn({ body, response, usual });
  const isWhole = turn.isStopped && exchange.ending === 'complete';
  const steps = turn.isStopped ? [...turn.steps] : [...turn.steps, { fail: 'The recording has no more of it.' }];
  const violates = brokenRules(steps);
  const hasSilence = gapsOf(response).some((gap) => gap >= PING_MS);
  const wire: Wire = { ...turn.wire, ...(hasSilence && { ping_ms: 0 }) };
  return {
    scenario: {
      ...base,
      ...delay,
      headers: { ...Object.fromEntries(OWN_HEADERS.map((header) => [header, null])), ...headers },
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

function endComment({ ending, reason }: RecordedExchange): string[] {
  if (ending === 'complete') return [];
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

/** What one connection or one moment needs, and secrets, are left out; of a repeated header the values are joined. */
function headersOf(response: Response): Record<string, string> {
  const headers = new Map<string, [string, string]>();
  for (const [name, value] of response.headers) {
    const key = name.toLowerCase();
    const isStale = response.decoded !== undefined && key === 'content-encoding';
    if (isHop(key) || isStale || /^(?:date|content-length|set-cookie)$/.test(key) || value.includes('[redacted]'))
      continue;
    const before = headers.get(key);
    headers.set(key, before ? [before[0], `${before[1]}, ${value}`] : [name, value]);
  }
  return Object.fromEntries(headers.values());
}

function gapsOf({ chunks, headers_ms }: Response): number[] {
  return chunks.map(([atMs], index) => atMs - (chunks[index - 1]?.[0] ?? headers_ms));
}

interface Turn {
  readonly steps: readonly Step[];
  readonly wire: Wire;
  readonly comments: readonly string[];
  readonly isStopped: boolean;
}

/** A part of the body that is written as one, and when. */
interface Piece {
  readonly step: Step | null;
  readonly end: number;
  readonly atMs: number;
}

function toTurn({
  body,
  response,
  usual,
}: {
  readonly body: Buffer;
  readonly response: Response;
  readonly usual: Usual;
}): Turn {
  const hasMark = body.subarray(0, 3).toString('utf8') === BYTE_ORDER_MARK;
  const writes = response.chunks.filter(([, sizeBytes]) => sizeBytes > 0);
  let offset = 0;
  const chunks = writes.map(([atMs, sizeBytes]) => {
    offset += sizeBytes;
    return { atMs, end: offset };
  });
  const read = readFrames(
    chunks.map(({ atMs, end }, index) => ({
      ...{ atMs, sentMs: atMs },
      bytes: body.subarray(index === 0 && hasMark ? 3 : (chunks[index - 1]?.end ?? 0), end),
    })),
  ).map((frame) => (hasMark ? { ...frame, offset: frame.offset + 3 } : frame));
  const isEncoded =
    response.headers.some(([name]) => name.toLowerCase() === 'content-encoding') && response.decoded === undefined;
  const framing = chooseFraming(read);
  let [events, rawEvents] = [0, 0];
  const pieces = (isEncoded ? [] : read).flatMap((frame): Piece[] => {
    const end = frame.offset + frame.bytes.byteLength;
    const inner = chunks.filter((chunk) => chunk.end > frame.offset && chunk.end < end);
    const isEvent = frame.event !== null;
    if (isEvent) events += 1;
    const isSpread = inner.some(({ atMs }) => frame.atMs - atMs >= CLOSE_MS);
    if (isEvent && !isSpread && isSame(frame, framing, events)) {
      const isEcho = frame.event?.['type'] === 'user_input' && events === 1 && usual.echoesPrompt;
      // A JSON object with a type, as it stands; the schema of the file looks at the rest.
      const event = frame.event as Extract<Step, { event: unknown }>['event'];
      return [{ step: isEcho ? null : { event }, end, atMs: frame.atMs }];
    }
    if (isEvent) rawEvents += 1;
    return [...inner, { atMs: frame.atMs, end }].map((part, index, all) => {
      const start = all[index - 1]?.end ?? frame.offset;
      return { step: { raw: rawOf(body.subarray(start, part.end)) }, ...part };
    });
  });
  const shown = isEncoded
    ? chunks.map(
        ({ atMs, end }, index): Piece => ({
          step: { raw: rawOf(body.subarray(chunks[index - 1]?.end ?? 0, end)) },
          ...{ atMs, end },
        }),
      )
    : pieces;
  // Of a body that was saved whole nobody knows its chunks: one for each frame is usual.
  const ends = response.has_no_times
    ? shown.map(({ end }) => end)
    : withoutStrays(
        chunks.map(({ end }) => end),
        new Set(shown.map(({ end }) => end)),
      );
  const isPlain = !hasMark && ends.length === shown.length && shown.every(({ end }, index) => ends[index] === end);
  const last = read.findLast(({ kind }) => kind === 'event');
  const lastStep = shown.at(-1)?.step;
  return {
    steps: joinDeltas(timed(shown, response.has_no_times ? Number.POSITIVE_INFINITY : response.headers_ms)),
    wire: {
      ...(framing.newline !== usual.newline && { newline: framing.newline }),
      ...(framing.ids !== usual.ids && { ids: framing.ids }),
      ...(hasMark && { bom: true }),
      ...(!isPlain && ends.length > 1 && { split: { at: ends.slice(0, -1) } }),
      ...(!isPlain && ends.length === 1 && shown.length > 1 && { split: { at: [body.length] } }),
    },
    comments: [
      ...(rawEvents > 0
        ? [`${rawEvents} of ${events} events are raw: no step writes them so, or came in pieces at different times.`]
        : []),
    ],
    isStopped:
      last?.event?.['type'] === 'stop' &&
      lastStep !== null &&
      lastStep !== undefined &&
      'event' in lastStep &&
      lastStep.event['type'] === 'stop',
  };
}

/** So few borders within frames, of many at their ends, are those of reads and not of chunks. */
const STRAYS = { from: 500, share: 0.02 };

/**
 * The borders of the chunks. A burst is read in large pieces whose ends fall into chunks: a few such borders would make
 * every write of the replay a piece of its own, which takes two milliseconds each.
 */
function withoutStrays(ends: readonly number[], frameEnds: ReadonlySet<number>): readonly number[] {
  const aligned = ends.filter((end) => frameEnds.has(end));
  const isStray = ends.length >= STRAYS.from && ends.length - aligned.length <= ends.length * STRAYS.share;
  return isStray ? aligned : ends;
}

/** The waits between the pieces, each from the start, so that rounding does not add up. */
function timed(pieces: readonly Piece[], headersMs: number): Step[] {
  const steps: Step[] = [];
  let elapsedMs = 0;
  for (const { step, atMs } of pieces) {
    if (step === null) continue;
    const waitMs = roundMs(atMs - headersMs - elapsedMs);
    // Without times it is below zero.
    if (waitMs >= SHORTEST_WAIT_MS) {
      steps.push({ wait_ms: waitMs });
      elapsedMs += waitMs;
    }
    steps.push(step);
  }
  return steps;
}

const kinds = { thinking_delta: 'think', text_delta: 'text' } as const;

/** Deltas that come at once with the complete text they add up to, as one readable step. */
function joinDeltas(steps: readonly Step[]): Step[] {
  const joined: Step[] = [];
  for (let index = 0; index < steps.length; index += 1) {
    const group = deltasFrom(steps, index);
    const step = steps[index];
    if (group) {
      joined.push(group.step);
      index += group.count - 1;
    } else if (step) joined.push(step);
  }
  return joined;
}

function deltasFrom(steps: readonly Step[], start: number): { readonly step: Step; readonly count: number } | null {
  const first = eventOf(steps[start]);
  const type = first?.['type'];
  if (type !== 'thinking_delta' && type !== 'text_delta') return null;
  const deltas: string[] = [];
  let index = start;
  for (let event = first; event?.['type'] === type && isPlain(event); event = eventOf(steps[index])) {
    deltas.push(String(event['content']));
    index += 1;
  }
  const whole = eventOf(steps[index]);
  if (
    !whole ||
    whole['type'] !== type.replace('_delta', '') ||
    !isPlain(whole) ||
    whole['content'] !== deltas.join('') ||
    deltas.join('').includes('{{')
  )
    return null;
  const step = kinds[type] === 'think' ? { think: deltas.join(''), deltas } : { text: deltas.join(''), deltas };
  return { step, count: index - start + 1 };
}

function isPlain(event: Readonly<Record<string, unknown>>): boolean {
  const keys = Object.keys(event);
  return keys.length === 2 && keys[0] === 'type' && keys[1] === 'content' && typeof event['content'] === 'string';
}

function eventOf(step: Step | undefined): Readonly<Record<string, unknown>> | null {
  return step && 'event' in step ? step.event : null;
}

/** How the frames of a stream look. */
interface Framing {
  readonly newline: keyof typeof newlines;
  readonly ids: boolean;
}

/** The framing of the mock in which most frames of a stream are as they were recorded. */
function chooseFraming(frames: readonly ReadFrame[]): Framing {
  const events = frames.filter(({ event }) => event !== null).slice(0, 50);
  const all = (Object.keys(newlines) as Framing['newline'][]).flatMap(
    (
      newline, // The keys of the table.
    ) => [false, true].map((ids): Framing => ({ newline, ids })),
  );
  const scored = all.map((framing) => ({
    framing,
    score: events.filter((frame, index) => isSame(frame, framing, index + 1)).length,
  }));
  const usual: Framing = { newline: 'lf', ids: false };
  return scored.reduce((best, one) => (one.score > best.score ? one : best), { framing: usual, score: 0 }).framing;
}

function isSame({ event, bytes }: ReadFrame, { newline, ids }: Framing, number: number): boolean {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  if (event === null) return false;
  // Only its type decides how it is framed.
  return textOf(event as unknown as Event, { newline: newlines[newline], id: ids ? number : null }) === text;
}
