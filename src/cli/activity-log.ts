import { escapeUnsafe } from '../runtime/escape.ts';
import type { LoggedActivity } from '../world/activity.ts';
import type { Io, TextStyle } from './io.ts';

/** A stream path whose session id this mock generated. */
const PATH_WIDTH = 53;

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

/** One line of text. It has no time of day, so that runs of the same tests can be compared. */
export function formatActivity(activity: LoggedActivity, paint: (style: TextStyle, text: string) => string): string {
  const { method, durationMs, world } = activity;
  const fields = [
    `${escapeUnsafe(method).padEnd(6)} ${pathOf(activity).padEnd(PATH_WIDTH)}`,
    outcomeOf(activity, paint),
    formatDuration(durationMs).padStart(7),
    ...detailsOf(activity).map((detail) => paint('dim', escapeUnsafe(detail))),
    ...(world === null ? [] : [paint('dim', `world ${escapeUnsafe(world)}`)]),
  ];
  return fields.join('  ');
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
      const { status, scenario, why } = activity;
      return { event, method, path, status, duration_ms, world, operation, scenario, why };
    }
    case 'stream': {
      const { sessionId: session_id, scenario, events, bytes, end, how } = activity;
      return { event, method, path, duration_ms, world, operation, session_id, scenario, events, bytes, end, how };
    }
  }
}

function outcomeOf(activity: LoggedActivity, paint: (style: TextStyle, text: string) => string): string {
  switch (activity.kind) {
    case 'request': {
      const { status } = activity;
      if (status === null) return paint('yellow', '---');
      return paint(status >= 500 ? 'red' : status >= 400 ? 'yellow' : 'green', String(status));
    }
    case 'stream':
      return paint(activity.end === 'complete' ? 'green' : activity.end === 'failed' ? 'red' : 'yellow', 'end');
  }
}

function detailsOf(activity: LoggedActivity): string[] {
  switch (activity.kind) {
    case 'request': {
      const { scenario, why } = activity;
      if (scenario === null) return [];
      return [`scenario ${scenario}${why === null ? '' : ` (${why})`}`];
    }
    case 'stream':
      return [`scenario ${activity.scenario}`, `${activity.events} events, ${activity.bytes} bytes`, endOf(activity)];
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

function formatDuration(durationMs: number): string {
  if (durationMs >= 10_000) return `${(durationMs / 1000).toFixed(1)} s`;
  return `${durationMs >= 10 ? Math.round(durationMs) : durationMs.toFixed(1)} ms`;
}
