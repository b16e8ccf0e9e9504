import { z } from 'zod';
import { field, model } from './describe.ts';
import { changes } from './editions.ts';
import { Event, JobMetadata } from './events.ts';
import { during } from './lifetimes.ts';

const SharedAccess = z.enum(['read_only', 'query']);

const summary = {
  session_id: field(z.string(), 'Unique session identifier.', 'ses-abc123'),
  generated_title: field(
    z.string().nullable().optional(),
    'Auto-generated title derived from the first user message.',
    'What were the main findings in Q3?...',
  ),
  last_updated_at: field(
    z.string(),
    'ISO-format timestamp showing when the session was last updated.',
    '2026-04-22T12:34:41.342245',
  ),
  job_metadata: field(
    z.union([JobMetadata, z.null()]).optional(),
    'Token usage and status from the most recent run. Null if the session has not been run yet.',
  ),
  index_ids: field(
    z.array(z.string()).nullable().optional(),
    'Indexes this session is bound to. Null on unbound sessions.',
    ['idx-abc123', 'idx-def456'],
  ),
  shared_access: during(changes.shared_access, field(SharedAccess, 'What this chat’s share link grants.', 'read_only')),
};
const usageExample = { total_input_tokens: 912, total_output_tokens: 148, turns: 1, duration_ms: 2417.5 };
const summaryExample = {
  session_id: 'ses-abc123',
  generated_title: 'What were the main findings in Q3?...',
  last_updated_at: '2026-04-22T12:34:41.342245',
  job_metadata: { ...usageExample, is_error: false, error: null, export_config_ids: null },
  index_ids: ['idx-abc123', 'idx-def456'],
  shared_access: 'read_only',
};

/** A session without its events. */
export const ChatSessionSummary = model(
  'ChatSessionSummary',
  z.object(summary),
  'Summary of a chat session, including its title and last run metadata.',
  summaryExample,
);
/** A session without its events. */
export type ChatSessionSummary = z.infer<typeof ChatSessionSummary>;

const historyExample = [
  { type: 'user_input', content: 'What were the main findings in Q3?' },
  { type: 'text', content: 'Revenue grew 12 % in Q3.' },
  { type: 'stop', usage: usageExample, is_error: false, error: null, skipped_index_ids: [] },
];

/** A session with its whole history. */
export const SessionDetail = model(
  'SessionDetail',
  z.object({
    ...summary,
    events: field(z.array(Event), 'Ordered list of events that make up the conversation history.'),
  }),
  'Full chat session including its complete event history.',
  { ...summaryExample, events: historyExample },
);
/** A session with its whole history. */
export type SessionDetail = z.infer<typeof SessionDetail>;

/** One page of sessions; without `next_page_token` it is the last page. */
export const SessionList = model(
  'SessionList',
  z.object({
    items: field(z.array(ChatSessionSummary), 'The sessions of this page.'),
    next_page_token: field(
      z.string().nullable().optional(),
      'Opaque token to retrieve the next page. Omitted when there are no further pages.',
    ),
  }),
  'Paginated list of chat sessions.',
  { items: [summaryExample], next_page_token: 'eyJwYWdlIjoyfQ' },
);

/** The optional body of `createSession`. */
export const SessionCreate = model(
  'SessionCreate',
  z.object({
    index_ids: field(
      z.array(z.string()).max(10).nullable().optional(),
      'Indexes this session will retrieve from. Once set and the first message has been sent, the source set is locked for the session’s lifetime. Leave null to create an unbound session.',
      ['idx-abc123', 'idx-def456'],
    ),
    shared_access: during(
      changes.shared_access,
      field(
        // Not `nullable`: some generators stumble over a null among the values.
        z.union([SharedAccess, z.null()]).optional(),
        'What this chat’s share link grants: read_only (transcript only) or query (viewers may ask new questions). Null follows the deployment default.',
      ),
    ),
  }),
  'Request to create a chat session.',
  { index_ids: ['idx-abc123', 'idx-def456'], shared_access: 'query' },
);

/** The body of `streamMessages`. */
export const ChatParams = model(
  'ChatParams',
  z.object({
    index_ids: field(z.array(z.string()).min(1), 'Indexes to retrieve data from.', ['idx-abc123']),
    prompt: field(z.string().max(1000), 'User message for this chat turn.', 'What were the main findings in Q3?'),
    require_all_indexes: during(
      changes.require_all_indexes,
      field(z.boolean().default(false), 'Fail the turn if any requested index cannot be queried.'),
    ),
  }),
  'One chat turn.',
  { index_ids: ['idx-abc123'], prompt: 'What were the main findings in Q3?', require_all_indexes: false },
);
/** The body of `streamMessages`. */
export type ChatParams = z.output<typeof ChatParams>;

/** The body of `generateSessionTitle`. */
export const GenerateTitleParams = model(
  'GenerateTitleParams',
  z.object({
    first_message: field(
      z.string(),
      'First user message of the session, used to infer a short title.',
      'What were the main findings in Q3?',
    ),
  }),
  'Request to generate a session’s title.',
  { first_message: 'What were the main findings in Q3?' },
);
