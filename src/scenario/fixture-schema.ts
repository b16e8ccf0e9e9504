import { z } from 'zod';
import { Index } from '../api/neighbours.ts';
import { Step } from './schema.ts';

const isoDate = z.iso.datetime({ local: true, precision: 6 });
/** Naive, so without a zone; a day that no calendar has is none. */
const Timestamp = z
  .string()
  .refine(
    (text) => !text.endsWith('Z') && isoDate.safeParse(text).success,
    'must be a timestamp like 2026-04-21T09:15:00.000000',
  );

/** One turn that has happened: scripted, or the generated agent's where there are no steps. */
const PastTurn = z.strictObject({
  prompt: z.string(),
  index_ids: z.array(z.string()).min(1).optional(),
  steps: z.array(Step).min(1).optional(),
  /** The connection broke after this many events of the stream. */
  broken_after_events: z.int().min(0).optional(),
});

export const SessionFixture = z.strictObject({
  session_id: z.string().min(1),
  description: z.string().optional(),
  title: z.string().nullable().optional(),
  index_ids: z.array(z.string()).max(10).nullable().optional(),
  shared_access: z.enum(['read_only', 'query']).optional(),
  project_id: z.uuid('must be a UUID like 6ba7b810-9dad-11d1-80b4-00c04fd430c8').optional(),
  last_updated_at: Timestamp,
  /** Scenarios its next turns use, in order. */
  scenarios: z.array(z.string()).optional(),
  turns: z.array(PastTurn).optional(),
});
export type SessionFixture = z.infer<typeof SessionFixture>;

export const IndexFixture = z.strictObject({
  ...Index.shape,
  /** Names of the files the agent finds there. */
  files: z.array(z.string()).min(1),
  /** False: turns that ask for it skip it. */
  reachable: z.boolean().default(true),
});
export type IndexFixture = z.infer<typeof IndexFixture>;
