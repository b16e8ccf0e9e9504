import { z } from 'zod';
import { field } from './describe.ts';
import { changes, type Lifetime } from './editions.ts';
import { Event } from './events.ts';
import { Attachment, Index, IndexList } from './neighbours.ts';
import {
  ChatParams,
  ChatSessionSummary,
  GenerateTitleParams,
  SessionCreate,
  SessionDetail,
  SessionList,
} from './sessions.ts';

/** The success response of an operation. */
type Success =
  | { readonly kind: 'json'; readonly status: 200 | 201; readonly schema: z.ZodType }
  | { readonly kind: 'stream'; readonly status: 200; readonly event: z.ZodType }
  | { readonly kind: 'empty'; readonly status: 204 };

/** One operation of the API: method, path, parameters, body and documented answers. */
export interface Operation extends Lifetime {
  readonly method: 'get' | 'post' | 'delete';
  readonly path: string;
  /** The path parameter that may hold slashes; it comes last. */
  readonly greedy?: string;
  readonly summary: string;
  readonly description: string;
  readonly tag: 'Chat' | 'Neighbours';
  readonly query: z.ZodObject;
  readonly body?: { readonly schema: z.ZodObject; readonly required: boolean };
  readonly success: Success;
  /** Statuses an error may have, beside the 401, 403, 422 and 429 that all operations share. */
  readonly errors: readonly (400 | 404 | 409)[];
}

const uuid = (description: string) => field(z.uuid().nullable().optional(), description);
const scope = {
  project_id: uuid('The project; absent means the default project.'),
  organization_id: uuid('The organization.'),
};
const page = {
  page_size: field(z.int().nullable().optional(), 'How many items at most; the service may return fewer.'),
  page_token: field(z.string().nullable().optional(), 'next_page_token of the page before.'),
};
const Scope = z.object(scope);
// The order counts: errors come in it, as measured (validation-cases.json).
const Paged = z.object({ ...scope, ...page });
const sessionPath = '/api/v1/chat/{session_id}';

/** Every operation in the order in which the service declares them; ids are used everywhere alike. */
export const operations = {
  listSessions: {
    method: 'get',
    path: '/api/v1/chat',
    tag: 'Chat',
    summary: 'List Sessions',
    description: 'List all chat sessions for the current project.',
    query: Paged,
    success: json(200, SessionList),
    errors: [400],
  },
  createSession: {
    method: 'post',
    path: '/api/v1/chat',
    tag: 'Chat',
    summary: 'Create Session',
    description: 'Create a chat session, optionally bound to indexes (locked after the first message).',
    query: Scope,
    body: { schema: SessionCreate, required: false },
    success: json(201, ChatSessionSummary),
    errors: [],
  },
  getSession: {
    method: 'get',
    path: sessionPath,
    tag: 'Chat',
    summary: 'Get Full Session',
    description: 'Retrieve a full session by ID, including its event history.',
    query: Scope,
    success: json(200, SessionDetail),
    errors: [404],
  },
  deleteSession: {
    method: 'delete',
    path: sessionPath,
    tag: 'Chat',
    summary: 'Delete Session',
    description: 'Delete a session.',
    query: Scope,
    success: { kind: 'empty', status: 204 },
    errors: [404],
  },
  getSessionSummary: {
    method: 'get',
    path: `${sessionPath}/summary`,
    tag: 'Chat',
    summary: 'Get Session Summary',
    description: 'Retrieve a session summary by ID.',
    query: Scope,
    success: json(200, ChatSessionSummary),
    errors: [404],
  },
  generateSessionTitle: {
    method: 'post',
    path: `${sessionPath}/title`,
    tag: 'Chat',
    summary: 'Generate Session Title',
    ...changes.generate_title,
    description: 'Generate a title for a session from its first user message.',
    query: Scope,
    body: { schema: GenerateTitleParams, required: true },
    success: json(200, ChatSessionSummary),
    errors: [404],
  },
  streamMessages: {
    method: 'post',
    path: `${sessionPath}/messages/stream`,
    tag: 'Chat',
    summary: 'Stream Messages',
    description: 'Stream agent events for a chat turn as Server-Sent Events.',
    query: Scope,
    body: { schema: ChatParams, required: true },
    success: { kind: 'stream', status: 200, event: Event },
    errors: [404, 409],
  },
  getAttachment: {
    method: 'get',
    path: '/api/v1/beta/attachments/{attachment_name}',
    greedy: 'attachment_name',
    tag: 'Neighbours',
    summary: 'Get Attachment',
    description: 'Resolve an image attachment to a presigned URL.',
    query: z.object({ source_id: field(z.string(), 'The file the attachment belongs to.'), ...scope }),
    success: json(200, Attachment),
    errors: [404],
  },
  listIndexes: {
    method: 'get',
    path: '/api/v1/indexes',
    tag: 'Neighbours',
    summary: 'List Indexes',
    description: 'List the indexes of the current project.',
    query: Paged,
    success: json(200, IndexList),
    errors: [400],
  },
  getIndex: {
    method: 'get',
    path: '/api/v1/indexes/{index_id}',
    tag: 'Neighbours',
    summary: 'Get Index',
    description: 'Retrieve an index by ID.',
    query: Scope,
    success: json(200, Index),
    errors: [404],
  },
} as const satisfies Record<string, Operation>;

/** The id of an operation; the same word in models, handlers, flows and reports. */
export type OperationId = keyof typeof operations;

function json<S extends z.ZodType, const Status extends 200 | 201>(status: Status, schema: S) {
  return { kind: 'json', status, schema } as const;
}
