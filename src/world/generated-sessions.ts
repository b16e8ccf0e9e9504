import type { Random } from '../runtime/random.ts';
import { FIXED_START_MICROS, formatMicros } from '../runtime/timestamp.ts';
import type { SessionFixture } from '../scenario/fixture-schema.ts';
import type { FullUsage } from '../scenario/turn.ts';

/** A session fixture whose last usage is known beforehand, so that listing thousands plays no turn. */
export interface KnownUsage {
  /** Null: no turn has come to its stop. */
  readonly usage?: FullUsage | null;
}

const MINUTE_MICROS = 60_000_000;
const subjects = [
  'revenue',
  'churn',
  'the supplier contracts',
  'open risks',
  'the hiring plan',
  'support backlog',
  'trial enrolment',
  'cloud costs',
  'the retention policy',
  'API latency',
  'the audit findings',
  'delivery delays',
  'warranty claims',
  'the security review',
];
const periods = [
  'in Q1',
  'in Q2',
  'in Q3',
  'in Q4',
  'last month',
  'since January',
  'this year',
  'over the last two quarters',
  'before the merger',
  'in the northern region',
];
const frames = [
  'What were the main findings on {subject} {period}?',
  'Summarise {subject} {period}.',
  'How did {subject} develop {period}?',
  'List everything the reports say about {subject} {period}',
  'Compare {subject} {period} with the plan.',
  'Which files mention {subject} {period}?',
  'Why did {subject} change {period}?',
  'Draft a short note on {subject} {period}.',
];

/** `count` sessions made up from the seed, older than anything a client writes. 10,000 take some 100 ms. */
export function generateSessions(
  count: number,
  { random, indexes }: { readonly random: Random; readonly indexes: readonly { readonly id: string }[] },
): (SessionFixture & KnownUsage)[] {
  return Array.from({ length: count }, (_, number) =>
    generateSession(number, random.fork('generated', number), indexes),
  );
}

function generateSession(
  number: number,
  random: Random,
  indexes: readonly { readonly id: string }[],
): SessionFixture & KnownUsage {
  const micros = FIXED_START_MICROS - (number + 1) * 47 * MINUTE_MICROS - random.integer(1, MINUTE_MICROS);
  const indexIds = random.sample(indexes, random.integer(1, 3)).map(({ id }) => id);
  const isBound = random.chance(0.5) && indexIds.length > 0;
  const session = {
    session_id: `ses-${random.text(20)}`,
    last_updated_at: formatMicros(micros, 'naive_microseconds'),
    index_ids: isBound ? indexIds : null,
  };
  if (random.chance(0.08)) return { ...session, title: null };
  const turns = Array.from({ length: random.integer(1, 4) }, () => ({
    prompt: ask(random),
    ...(!isBound && indexIds.length > 0 && { index_ids: indexIds }),
  }));
  const first = turns[0]?.prompt ?? '';
  const usage = {
    total_input_tokens: turns.length * random.integer(900, 2400),
    total_output_tokens: turns.length * random.integer(180, 420),
    turns: turns.length,
    duration_ms: random.integer(2_000_000, 14_000_000) / 1000,
  };
  return { ...session, title: `${first.slice(0, 50).trimEnd()}...`, turns, usage };
}

function ask(random: Random): string {
  return random.pick(frames).replace('{subject}', random.pick(subjects)).replace('{period}', random.pick(periods));
}
