import type { Choices } from '../api/choices.ts';
import type { Edition } from '../api/editions.ts';
import type { Event, JobMetadata, StopEvent } from '../api/events.ts';
import type { Random } from '../runtime/random.ts';
import { parseMicros } from '../runtime/timestamp.ts';
import { inventScript } from '../scenario/agent/script.ts';
import { unescapeBraces } from '../scenario/braces.ts';
import type { SessionFixture } from '../scenario/fixture-schema.ts';
import type { IndexCatalogue } from '../scenario/indexes.ts';
import { playSteps } from '../scenario/steps-to-events.ts';
import type { Fill } from '../scenario/template.ts';
import type { SessionUse } from '../scenario/turn.ts';
import type { KnownUsage } from './generated-sessions.ts';
import { History, turnHistory } from './history.ts';
import { type Session, toJobMetadata, unused, useAfter } from './session.ts';

/** What the sessions that every world starts with are built from. */
export interface SharedSessionsContext {
  readonly edition: Edition;
  readonly choices: Choices;
  readonly indexes: IndexCatalogue;
  readonly random: Random;
  readonly fill: Fill;
}

/** The sessions every world starts with, by id. Their histories are played when somebody looks. */
export function shareSessions(
  fixtures: readonly (SessionFixture & KnownUsage)[],
  context: SharedSessionsContext,
): ReadonlyMap<string, Session> {
  const oldestFirst = fixtures
    .map((fixture) => ({ fixture, micros: parseMicros(fixture.last_updated_at) }))
    .sort((a, b) => a.micros - b.micros);
  // Writes of a world count from 1, so what was there before has numbers up to 0.
  const sessions = oldestFirst.map(({ fixture, micros }, index) =>
    shareSession(fixture, { micros, write: index + 1 - fixtures.length }, context),
  );
  return new Map(sessions.map((session) => [session.id, session]));
}

interface Past {
  readonly events: readonly Event[];
  readonly jobMetadata: JobMetadata | null;
  readonly use: SessionUse;
}

function shareSession(
  fixture: SessionFixture & KnownUsage,
  position: Session['updatedAt'],
  context: SharedSessionsContext,
): Session {
  let past: Past | undefined;
  const play = () => {
    past ??= playPast(fixture, context);
    return past;
  };
  return {
    id: fixture.session_id,
    project: fixture.project_id ?? '',
    title: fixture.title ?? null,
    indexIds: fixture.index_ids ?? null,
    sharedAccess: fixture.shared_access ?? context.choices.shared_access_default,
    turns: fixture.turns?.length ?? 0,
    scenarios: fixture.scenarios ?? [],
    createdAt: position,
    updatedAt: position,
    earlier: null,
    history: new History(null, () => play().events),
    get jobMetadata() {
      if (fixture.usage === null) return null;
      if (fixture.usage) return toJobMetadata({ type: 'stop', usage: fixture.usage, is_error: false, error: null });
      return play().jobMetadata;
    },
    get use() {
      return play().use;
    },
  };
}

function playPast(
  { session_id, index_ids, turns = [], usage }: SessionFixture & KnownUsage,
  context: SharedSessionsContext,
): Past {
  const { choices, edition, fill, indexes } = context;
  let past: Past = { events: [], jobMetadata: null, use: unused };
  for (const [index, { prompt: written, steps, broken_after_events, ...asked }] of turns.entries()) {
    const turn = index + 1;
    const prompt = unescapeBraces(written);
    const random = context.random.fork('session', session_id).fork('turn', turn);
    const indexIds = asked.index_ids ?? index_ids ?? [];
    const script = steps ? { steps } : inventScript({ prompt, turn, indexIds, random }, { choices, indexes });
    const closing = usage && turn === turns.length ? [{ stop: { usage } }] : [];
    const skippedIndexIds = indexes.unreachable(indexIds);
    const moments = playSteps(
      { steps: [...script.steps, ...closing] },
      { prompt, turn, time: 1, skippedIndexIds, before: past.use, edition, choices, random, frames: null, fill },
    );
    const all = [...moments].flatMap((moment) => (moment.kind === 'event' ? [moment.event] : []));
    const sent = all.slice(0, broken_after_events ?? all.length);
    const stop = sent.findLast((event): event is StopEvent => event.type === 'stop');
    const history = turnHistory(prompt, [{ events: sent }], {
      broke: !stop || stop.is_error,
      deltas: choices.deltas_in_history,
    });
    past = {
      events: [...past.events, ...history],
      jobMetadata: stop ? toJobMetadata(stop) : past.jobMetadata,
      use: stop ? useAfter(past.use, stop) : past.use,
    };
  }
  return past;
}
