import { type Exchange, isTurn } from '../record/exchange.ts';
import { type Check, defineCheck, type Finding } from '../verdict/check.ts';
import { eventsOf } from '../verdict/stream-verdict.ts';
import { isFields, isWholeStream } from './select.ts';
import { wireContract } from './wire-contract.ts';

/** Fewer events can arrive in one burst by nature. */
const FEWEST_EVENTS = 5;
/** A turn as short as this many plain requests cannot show how its events are spread. */
const PLAIN_REQUESTS = 8;
/** Nor one as short as this many of the slowest plain request of the flow: the machine is busy then. */
const SLOW_REQUESTS = 4;
/** Below this many milliseconds, clocks and queues dominate. */
const NOISE_MS = 100;
/** A turn shorter than this part of its own duration_ms is replayed fast on purpose. */
const PLAYED_FAST = 0.03;
/** In a burst, the first event arrives after this part of the turn. */
const LATE = 0.95;

const incremental = defineCheck({
  id: 'stream.incremental',
  requirement:
    'Events MUST arrive as they happen: neither a long turn nor one kind of its deltas in one burst after a wait.',
  level: 'must',
  evidence: 'documented',
  source: wireContract('incremental'),
  rationale: 'A buffering gateway turns a stream into one long wait.',
  requires: ['stream.ends-once'],
  isByFrame: true,
  isTimed: true,
  appliesTo: isWholeStream,
  run: (exchanges, { plainMs, recorded }) => {
    const slow = exchanges
      .filter((exchange) => isAlone(exchange, recorded))
      .filter((exchange) => {
        const longEnoughMs = Math.max(
          NOISE_MS,
          PLAIN_REQUESTS * plainMs,
          SLOW_REQUESTS * slowestMs(recorded),
          PLAYED_FAST * (toldDurationMs(exchange) ?? 0),
        );
        return eventsOf(exchange).length >= FEWEST_EVENTS && lastMs(exchange) > longEnoughMs;
      });
    if (slow.length === 0)
      return { unseen: `every turn was over at once (a plain request takes ${Math.ceil(plainMs)} ms)` };
    const bursts = slow.filter(isBurst);
    // One slow start may have reasons: only if every slow turn looks like this does the server buffer.
    if (bursts.length === slow.length) return bursts.map(toFinding);
    return KINDS.flatMap((kind) => {
      const paced = slow.flatMap((exchange) => paceOf(exchange, kind) ?? []);
      const held = paced.filter(({ isHeldBack }) => isHeldBack);
      return held.length < paced.length ? [] : held.map(({ exchange, block }) => toHeldBack(exchange, { kind, block }));
    });
  },
});

const KINDS = ['thinking', 'text'] as const;
type Kind = (typeof KINDS)[number];
/** Gaps below this many milliseconds are those of a loop and no pace. */
const LEAST_GAP_MS = 1;
/** In a burst, deltas come so many times as fast as those of the other kind. */
const FASTER = 10;
/** A part of the time that the deltas would have taken, at the pace of the other kind, is a wait for all of them. */
const PART = 0.5;

interface Block {
  readonly frame: number;
  readonly count: number;
  /** From the event before to the first delta, and from there to the last one. */
  readonly waitMs: number;
  readonly spreadMs: number;
}

/**
 * How the deltas of one kind came, against the pace of the other kind in the same turn; null where there are too few
 * of either, or the other kind came at once, too.
 */
function paceOf(
  exchange: Exchange,
  kind: Kind,
): { readonly exchange: Exchange; readonly block: Block; readonly isHeldBack: boolean } | null {
  const other = firstBlock(exchange, kind === 'text' ? 'thinking' : 'text');
  const block = firstBlock(exchange, kind);
  if (!other || !block) return null;
  const gapMs = other.spreadMs / (other.count - 1);
  if (gapMs < LEAST_GAP_MS) return null;
  const isAtOnce = block.spreadMs / (block.count - 1) < gapMs / FASTER;
  const isHeldBack = isAtOnce && block.waitMs > Math.max(NOISE_MS / 2, PART * gapMs * block.count);
  return { exchange, block, isHeldBack };
}

function firstBlock(exchange: Exchange, kind: Kind): Block | null {
  const events = eventsOf(exchange);
  const typeAt = (index: number) => {
    const value = events[index]?.value;
    return isFields(value) ? value['type'] : undefined;
  };
  const start = events.findIndex((_, index) => typeAt(index) === `${kind}_delta`);
  if (start === -1) return null;
  let end = start;
  while (typeAt(end + 1) === `${kind}_delta`) end += 1;
  const [first, last, before] = [events[start], events[end], events[start - 1]];
  if (!first || !last || end - start + 1 < FEWEST_EVENTS) return null;
  return {
    frame: first.frame,
    count: end - start + 1,
    waitMs: first.atMs - (before?.atMs ?? 0),
    spreadMs: last.atMs - first.atMs,
  };
}

function toHeldBack(exchange: Exchange, { kind, block }: { readonly kind: Kind; readonly block: Block }): Finding {
  const { frame, count, waitMs, spreadMs } = block;
  return {
    exchange: exchange.number,
    at: `arrival of ${count} ${kind} deltas, from frame ${frame} on`,
    expected: 'deltas spread over the time in which they were made, as the others of the turn',
    actual: `nothing for ${Math.round(waitMs)} ms, then all within ${Math.round(spreadMs)} ms`,
    frame,
  };
}

/** Checks that events arrive as they happen. */
export const incrementalChecks: readonly Check[] = [incremental];

/** Requests at the same time may delay each other, in the server or in this process. */
function isAlone({ number, startMs, endMs }: Exchange, recorded: readonly Exchange[]): boolean {
  return recorded.every(
    (one) => one.number === number || one.startMs >= startMs + endMs || one.startMs + one.endMs <= startMs,
  );
}

function slowestMs(recorded: readonly Exchange[]): number {
  return Math.max(0, ...recorded.filter((one) => !isTurn(one)).map(({ endMs }) => endMs));
}

function lastMs(exchange: Exchange): number {
  return eventsOf(exchange).at(-1)?.atMs ?? 0;
}

/** The turn's own length: the duration in its stop event, or the time to its last byte. */
function isBurst(exchange: Exchange): boolean {
  const events = eventsOf(exchange);
  const firstMs = events[0]?.atMs ?? 0;
  const endMs = lastMs(exchange);
  const toldMs = toldDurationMs(exchange);
  // A duration longer than the turn took here is scripted and says nothing.
  const isTold = toldMs !== null && toldMs > 0.5 * endMs && toldMs <= 1.05 * endMs;
  return firstMs >= LATE * (isTold ? toldMs : endMs);
}

function toldDurationMs(exchange: Exchange): number | null {
  const stop = eventsOf(exchange).at(-1)?.value;
  const usage = isFields(stop) ? stop['usage'] : null;
  const duration = isFields(usage) ? usage['duration_ms'] : null;
  return typeof duration === 'number' && duration > 0 ? duration : null;
}

function toFinding(exchange: Exchange): Finding {
  const events = eventsOf(exchange);
  const firstMs = Math.round(events[0]?.atMs ?? 0);
  return {
    exchange: exchange.number,
    at: `arrival of ${events.length} events`,
    expected: 'events spread over the turn',
    actual: `the first after ${firstMs} ms of ${Math.round(exchange.endMs)} ms, all others in the ${Math.round(exchange.endMs) - firstMs} ms left`,
    frame: 1,
  };
}
