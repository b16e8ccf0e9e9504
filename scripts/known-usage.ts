import { defaultChoices } from '../src/api/choices.ts';
import { defaultEdition } from '../src/api/editions.ts';
import { createRandom } from '../src/runtime/random.ts';
import { unescapeBraces } from '../src/scenario/braces.ts';
import type { IndexFixture, SessionFixture } from '../src/scenario/fixture-schema.ts';
import { IndexCatalogue } from '../src/scenario/indexes.ts';
import type { KnownUsage } from '../src/world/generated-sessions.ts';
import { shareSessions } from '../src/world/shared-sessions.ts';

/** Plays each session once and notes its usage, so that a server's first list need not play them all. */
export function withKnownUsage(
  sessions: readonly SessionFixture[],
  fixtures: readonly IndexFixture[],
): (SessionFixture & KnownUsage)[] {
  const random = createRandom(1);
  const indexes = new IndexCatalogue(fixtures, random);
  const shared = shareSessions(sessions, {
    edition: defaultEdition,
    choices: defaultChoices,
    indexes,
    random,
    fill: unescapeBraces,
  });
  return sessions.map((session) => {
    const metadata = shared.get(session.session_id)?.jobMetadata;
    if (!metadata) return { ...session, usage: null };
    const isWhole = session.turns?.at(-1)?.broken_after_events === undefined;
    if (metadata.is_error || !isWhole) return session;
    const { total_input_tokens = null, total_output_tokens = null, turns, duration_ms } = metadata;
    return { ...session, usage: { total_input_tokens, total_output_tokens, turns, duration_ms } };
  });
}
