import { z } from 'zod';
import { changes } from '../api/editions.ts';
import { Index } from '../api/neighbours.ts';
import { Step } from './schema.ts';

const isoDate = z.iso.datetime({ local: true, precision: 6 });
/** A date without a time zone; impossible days are refused. */
const Timestamp = z
  .string()
  .refine(
    (text) => !text.endsWith('Z') && isoDate.safeParse(text).success,
    'must be a timestamp like 2026-04-21T09:15:00.000000',
  )
  .meta({
    pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{6}$',
    description: 'Like 2026-04-21T09:15:00.000000: no zone, and before 2026-04-22T12:34:41.342245.',
  });

/** One past turn: scripted, or generated if it has no steps. */
const PastTurn = z.strictObject({
  prompt: z.string().describe('What the user asked.'),
  index_ids: z.array(z.string()).min(1).describe("Indexes this turn asked; left out: the session's.").optional(),
  steps: z.array(Step).min(1).describe('What the agent did. Default: the turn of the generated agent.').optional(),
  broken_after_events: z.int().min(0).describe('The connection broke after this many events of the stream.').optional(),
});

/** A session that exists at start-up: one YAML file in `fixtures/sessions`. */
export const SessionFixture = z.strictObject({
  session_id: z.string().min(1),
  description: z.string().describe('One sentence: what this session is an example of.').optional(),
  title: z.string().nullable().describe('Left out or null: none.').optional(),
  index_ids: z
    .array(z.string())
    .max(10)
    .nullable()
    .describe('The indexes it is bound to; null: each turn names its own.')
    .optional(),
  shared_access: z
    .enum(['read_only', 'query'])
    .describe(`Shown from edition ${changes.shared_access.since} on.`)
    .optional(),
  project_id: z
    .uuid('must be a UUID like 6ba7b810-9dad-11d1-80b4-00c04fd430c8')
    .describe('Default: the default project.')
    .optional(),
  last_updated_at: Timestamp,
  scenarios: z.array(z.string()).describe('Scenarios its next turns use, in order.').optional(),
  turns: z.array(PastTurn).describe('The turns it has had; none: never used.').optional(),
});
/** A session that exists at start-up: one YAML file in `fixtures/sessions`. */
export type SessionFixture = z.infer<typeof SessionFixture>;

/** An index that exists at start-up. */
export const IndexFixture = z.strictObject({
  ...Index.shape,
  files: z.array(z.string()).min(1).describe('Names of the files the agent finds there.'),
  reachable: z.boolean().default(true).describe('False: turns that ask for it skip it.'),
});
/** An index that exists at start-up. */
export type IndexFixture = z.infer<typeof IndexFixture>;
