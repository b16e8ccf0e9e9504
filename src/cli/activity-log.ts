import { escapeUnsafe } from '../runtime/escape.ts';
import { shorten, shortenMiddle } from '../runtime/shorten.ts';
import type { LoggedActivity } from '../world/activity.ts';
import type { Io, TextStyle } from './io.ts';

/** A terminal this wide shows the whole path of a stream whose session id this mock generated, and its bytes. */
const WIDE_COLUMNS = 130;
const PATH_WIDTH = { wide: 53, narrow: 40 };
/** Of a line that belongs to the one before it. */
const INDENT = ' '.repeat(7);
/** Of a path that is too long, its end says more than its middle. */
const PATH_END = 16;

/** Writes one line per request and per stream. */
export interface ActivityLog {
  /** Records an activity cheaply; its line is formatted and written later, together with others. */
  add(activity: LoggedActivity): void;
  /** Writes all recorded lines now. */
  flush(): void;
}

/** Collects activities and writes their lines in one call at most 16 ms later. */
export function createActivityLog(
  io: Pick<Io, 'stdout' | 'defer'>,
  toLine: (activity: LoggedActivity) => string,
): ActivityLog {
  let waiting: LoggedActivity[] = [];
  const flush = () => {
    const lines = waiting.map((activity) => `${toLine(activity)}\n`);
    waiting = [];
    if (lines.length > 0) io.stdout.write(lines.join(''));
  };
  return {
    add: (activity) => {
      if (waiting.push(activity) === 1) io.defer(flush);
    },
    flush,
  };
}

/** Where a line is shown. */
interface Sheet {
  readonly columns: number;
  readonly paint: (style: TextStyle, text: string) => string;
}

/**
 * One line of text that fits its sheet, with what has no room there below it. It has no time of day, so that runs of the
 * same tests can be compared.
 */
export function formatActivity(activity: LoggedActivity, { columns, paint }: Sheet): string {
  const isWide = columns >= WIDE_COLUMNS;
  const width = isWide ? PATH_WIDTH.wide : PATH_WIDTH.narrow;
  const { method, durationMs, world } = activity;
  const path = pathOf(activity);
  const shown = isWide ? path : shortenMiddle(path, { characters: width, tail: PATH_END });
  const { text, style } = outcomeOf(activity);
  const before = `${escapeUnsafe(method).padEnd(6)} ${shown.padEnd(width)}  `;
  const after = `  ${formatDuration(durationMs).padStart(7)}`;
  const details = [...detailsOf(activity, isWide), ...(world === null ? [] : [`world ${world}`])].map(escapeUnsafe);
  const detail = details.join('  ');
  const line = `${before}${paint(style, text)}${after}`;
  const isBeside = detail === '' || before.length + text.length + after.length + 2 + detail.length <= columns;
  const below = (own: TextStyle, what: string) => `${INDENT}${paint(own, shorten(what, columns - INDENT.length))}`;
  const note = noteOf(activity);
  return [
    isBeside && detail !== '' ? `${line}  ${paint('dim', detail)}` : line,
    ...(isBeside ? [] : [below('dim', detail)]),
    ...(note === null ? [] : [below('yellow', escapeUnsafe(note))]),
  ].join('\n');
}

/** The addition to a logged choice if the prompt names a scenario that does not exist. */
function noteOf(activity: LoggedActivity): string | null {
  const [, note = null] = (activity.kind === 'request' ? activity.why : null)?.split(/; (.*)/s) ?? [];
  return note;
}

/** One JSON object for a program. */
export function formatActivityJson(activity: LoggedActivity): string {
  return escapeUnsafe(JSON.stringify(toEvent(activity)));
}

/** Written out by hand: deriving the names costs 10 µs for each request, as much as answering it. */
function toEvent(activity: LoggedActivity) {
  const { kind: event, method, world, operation } = activity;
  const path = withoutQuery(activity.path);
  const duration_ms = Math.round(activity.durationMs * 1000) / 1000;
  switch (activity.kind) {
    case 'request': {
      const { status, scenario, why, problem } = activity;
      const refused = problem ? { problem } : {};
      return { event, method, path, status, duration_ms, world, operation, scenario, why, ...refused };
    }
    case 'stream': {
      const { sessionId: session_id, scenario, events, bytes, end, how } = activity;
      return { event, method, path, duration_ms, world, operation, session_id, scenario, events, bytes, end, how };
    }
  }
}

function outcomeOf(activity: LoggedActivity): { readonly text: string; readonly style: TextStyle } {
  switch (activity.kind) {
    case 'request': {
      const { status } = activity;
      if (status === null) return { text: '---', style: 'yellow' };
      return { text: String(status), style: status >= 500 ? ['bold', 'red'] : status >= 400 ? 'yellow' : 'green' };
    }
    case 'stream': {
      const { end } = activity;
      return { text: 'end', style: end === 'complete' ? 'green' : end === 'failed' ? ['bold', 'red'] : 'yellow' };
    }
  }
}

function detailsOf(activity: LoggedActivity, isWide: boolean): string[] {
  const nameOf = (scenario: string) => (isWide ? `scenario ${scenario}` : scenario);
  switch (activity.kind) {
    case 'request': {
      const { scenario, why, problem } = activity;
      const chosen =
        scenario === null ? [] : [`${nameOf(scenario)}${why === null ? '' : ` (${why.split('; ', 1)[0]})`}`];
      return [...chosen, ...(problem ? [problem] : [])];
    }
    case 'stream': {
      const { scenario, events, bytes } = activity;
      return [nameOf(scenario), `${events} events${isWide ? `, ${bytes} bytes` : ''}`, endOf(activity)];
    }
  }
}

function endOf({ end, how, events }: Extract<LoggedActivity, { kind: 'stream' }>): string {
  switch (end) {
    case 'complete':
      return 'complete';
    case 'failed':
      return 'turn failed';
    case 'cut':
      return `cut after event ${events} (${how})`;
    case 'client_left':
      return `client left after event ${events}`;
    case 'stopped':
      return `stopped after event ${events}`;
  }
}

function pathOf({ path }: LoggedActivity): string {
  return escapeUnsafe(withoutQuery(path));
}

/** A query may contain secrets, such as a misplaced key. */
function withoutQuery(path: string): string {
  return path.split('?', 1)[0] ?? path;
}

/** `1.5 ms`, `312 ms`, `12.3 s`. */
export function formatDuration(durationMs: number): string {
  if (durationMs >= 10_000) return `${(durationMs / 1000).toFixed(1)} s`;
  return `${durationMs >= 10 ? Math.round(durationMs) : durationMs.toFixed(1)} ms`;
}
