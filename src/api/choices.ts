/**
 * Behaviour that nobody documents (wire contract, section 9): each row one named setting, what it may be,
 * what it is unless told otherwise, and why. Plain data: the zod schema, the types and the docs derive from it.
 */
export interface ChoiceRow<Value> {
  readonly allowed: readonly Value[] | Span;
  readonly default: Value;
  /** What the setting decides, and why the default is what it is. */
  readonly reason: string;
}

/** A range instead of a list: whole numbers, or texts up to a length; `orNull`: null switches it off. */
export type Span =
  | { readonly type: 'integer'; readonly min: number; readonly max: number; readonly orNull?: true }
  | { readonly type: 'text'; readonly maxLength: number; readonly orNull?: true }
  | { readonly type: 'texts'; readonly length: number };

const oneOf = <const Value extends string | number | boolean | null>(
  allowed: readonly Value[],
  fallback: NoInfer<Value>,
  reason: string,
): ChoiceRow<Value> => ({ allowed, default: fallback, reason });
const text = (fallback: string, reason: string): ChoiceRow<string> => ({
  allowed: { type: 'text', maxLength: 1000 },
  default: fallback,
  reason,
});
const textOrNull = (fallback: string | null, reason: string): ChoiceRow<string | null> => ({
  allowed: { type: 'text', maxLength: 1000, orNull: true },
  default: fallback,
  reason,
});
const integer = (fallback: number, min: number, max: number, reason: string): ChoiceRow<number> => ({
  allowed: { type: 'integer', min, max },
  default: fallback,
  reason,
});

/** Every setting for behaviour that the API does not document: default, allowed values and reason. `docs/choices.md`, the choices schema and `verify --learn` derive from it. */
export const choiceRows = {
  thinking: oneOf(
    ['first', 'each_tool', 'none'],
    'first',
    'Where the generated agent thinks: once before everything, before each tool call, or never. An agent that plans first is what the reference pages show.',
  ),
  tools: oneOf(
    ['before_text', 'none'],
    'before_text',
    'Whether the generated agent calls tools; results come before the answer that quotes them.',
  ),
  tool_names: {
    allowed: { type: 'texts', length: 4 },
    default: ['retrieve', 'find_files', 'grep_file', 'read_file'],
    reason:
      'Names of the generated agent’s tools for searching, finding, grepping and reading. Names are data, never code.',
  } as ChoiceRow<readonly string[]>,
  echo_user_input: oneOf(
    [false, true],
    false,
    'Whether the stream starts with the user_input event that history always starts with. Clients know what they sent.',
  ),
  deltas_in_history: oneOf(
    ['when_broken', 'always', 'never'],
    'when_broken',
    'Deltas repeat what the complete events say, so they are dropped when a turn completes; a turn that broke has nothing else to show.',
  ),
  on_client_abort: oneOf(
    ['keep_sent', 'finish', 'discard'],
    'keep_sent',
    'A client that goes away mid-turn: the turn ends there and what was sent is kept; or it runs to its end unseen; or it never happened.',
  ),
  sse_newline: oneOf(['lf', 'crlf'], 'lf', 'End of line in frames; the documented frames show LF.'),
  sse_ids: oneOf(
    [false, true],
    false,
    'Whether frames carry `id:`; resuming is not documented, so nothing to resume from.',
  ),
  sse_retry_ms: {
    allowed: { type: 'integer', min: 0, max: 3_600_000, orNull: true },
    default: null,
    reason: 'A `retry:` line before the first frame, in milliseconds; null sends none.',
  } as ChoiceRow<number | null>,
  sse_ping_ms: integer(
    15_000,
    0,
    3_600_000,
    'A comment line after this long a silence keeps proxies from closing the stream; 0 sends none.',
  ),
  sse_ping_text: text('ping', 'The comment’s text.'),
  stream_connection: oneOf(
    ['keep_alive', 'close'],
    'keep_alive',
    'The body ends right after stop; whether the connection stays good for reuse.',
  ),
  stream_content_type: text('text/event-stream; charset=utf-8', 'Content type of the stream.'),
  stream_cache_control: textOrNull('no-cache', 'Cache-Control of the stream; null leaves it out.'),
  stream_accel_buffering: textOrNull(
    'no',
    'X-Accel-Buffering of the stream: tells nginx not to hold events back; null leaves it out.',
  ),
  stream_compression: oneOf(['none'], 'none', 'A compressed stream arrives late, so none is offered.'),
  optional_keys: oneOf(
    ['null', 'omitted'],
    'null',
    'Whether optional keys without a value are sent as null or left out; FastAPI sends null.',
  ),
  last_page_token: oneOf(
    ['omitted', 'null', 'empty'],
    'omitted',
    'next_page_token on the last page: the documentation says omitted; clients also stop at null and at an empty text.',
  ),
  page_size_default: integer(50, 1, 100_000, 'Sessions on a page when the client does not say.'),
  page_size_max: integer(1000, 1, 100_000, 'Larger wishes are coerced to this, as sister endpoints document.'),
  page_size_not_positive: oneOf(
    ['default', 'reject'],
    'default',
    'A page_size of 0 or less is valid by the schema: it means the default, or is refused with 400.',
  ),
  bad_page_token: oneOf(['reject', 'first_page'], 'reject', 'A token this server never gave: 400, or the first page.'),
  bad_page_token_detail: text('Invalid page token', 'The text of that 400.'),
  list_order: oneOf(
    ['updated_desc', 'updated_asc', 'created_desc', 'created_asc'],
    'updated_desc',
    'Order of the list; a chat page shows the newest first.',
  ),
  title_from_prompt: oneOf(
    ['first_turn', 'never'],
    'first_turn',
    'generated_title is null until the first turn, then made of its prompt; or only /title sets it.',
  ),
  title_length: integer(50, 1, 1000, 'Characters of the prompt or first message kept in the title.'),
  title_suffix: text('...', 'What follows the kept characters; the documented example ends so.'),
  timestamps: oneOf(
    ['naive_microseconds', 'utc_microseconds', 'utc_milliseconds'],
    'naive_microseconds',
    'last_updated_at as 2026-04-22T12:34:41.342245, with a Z, or with a Z and milliseconds. The documented example has no zone.',
  ),
  touched_by_title: oneOf(
    [true, false],
    true,
    'Whether setting a title moves last_updated_at; create and turns always do, reads never.',
  ),
  unknown_session_detail: text('Session not found', 'The text of the 404 for an unknown, deleted or foreign session.'),
  second_delete: oneOf([404, 204], 404, 'Status of deleting what is gone already.'),
  locked_index_ids: oneOf(
    ['reject', 'ignore'],
    'reject',
    'A started, bound session is streamed to with other index_ids: 409, or the session’s own are used.',
  ),
  second_turn_while_running: oneOf(
    ['reject', 'allow'],
    'reject',
    'A turn is asked for while one runs: 409, or both run.',
  ),
  conflict_should_retry: oneOf(
    ['false', 'true', null],
    'false',
    'x-should-retry on those 409s; SDKs repeat a 409 five times unless told not to. null sends no header.',
  ),
  auth_missing_status: oneOf([401, 403], 401, 'Status when no key was sent.'),
  auth_missing_detail: text('Not authenticated', 'Its text, as seen on sister endpoints.'),
  auth_wrong_status: oneOf([401, 403], 401, 'Status when the key is not one of the configured ones.'),
  auth_wrong_detail: text('Invalid API Key', 'Its text, as seen on sister endpoints.'),
  www_authenticate: textOrNull('Bearer', 'WWW-Authenticate on a 401; null leaves it out.'),
  cookie_login: oneOf(
    [true, false],
    true,
    'Whether the web app’s `session` cookie stands for a key: a browser SDK without one sends credentials instead. Its value is judged like a key.',
  ),
  shared_access_default: oneOf(
    ['read_only', 'query'],
    'read_only',
    'shared_access of a session that was created without one: the deployment default.',
  ),
  trailing_slash: oneOf(
    ['redirect', 'not_found'],
    'redirect',
    'A trailing slash: 307 to the path without it, as FastAPI does, or 404.',
  ),
  allow_header: oneOf(
    ['first_route', 'all_methods'],
    'first_route',
    'Allow on a 405: the first operation of the path alone, as FastAPI does, or all of them, as RFC 9110 asks.',
  ),
  project_isolation: oneOf(
    [true, false],
    true,
    'Whether sessions of another project_id are unknown; absent or empty is the default project.',
  ),
  cors: oneOf(
    ['loopback', 'listed', 'none'],
    'loopback',
    'Which pages may call: any on a loopback origin and those listed with --cors, only the listed ones, or none.',
  ),
  unreachable_index: oneOf(
    ['skip', 'fail'],
    'skip',
    'An index that cannot be queried is skipped (and listed in skipped_index_ids), or the turn fails; with require_all_indexes it always fails.',
  ),
} as const satisfies Record<string, ChoiceRow<unknown>>;

type ChoiceName = keyof typeof choiceRows;
/** The settings a server obeys. */
export type Choices = {
  readonly [Name in ChoiceName]: (typeof choiceRows)[Name] extends ChoiceRow<infer Value> ? Value : never;
};

/** Every row at its default. */
export const defaultChoices = Object.fromEntries(
  Object.entries(choiceRows).map(([name, row]) => [name, row.default]),
) as Choices; // The entries are those of the table, so its keys and value types hold.
