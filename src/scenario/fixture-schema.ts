import { z } from 'zod';
import { Index } from '../api/neighbours.ts';
import { Step } from './schema.ts';

const Timestamp = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/, 'must be a timestamp like 2026-04-21T09:15:00.000000');

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
  project_id: z.uuid().optional(),
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
