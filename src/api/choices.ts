/**
 * Settings for behaviour that the API does not document (docs/wire-contract.md). Each row has allowed values, a default
 * and the reason for it. Plain data: the zod schema, the types and the docs derive from it.
 */
export interface ChoiceRow<Value> {
  readonly allowed: readonly Value[] | Span;
  readonly default: Value;
  /** What the setting decides, and why the default is what it is. */
  readonly reason: string;
}

/**
 * A range instead of a list: whole numbers, texts up to a length, or texts that a header can carry; `orNull`: null
 * switches it off.
 */
export type Span =
  | { readonly type: 'integer'; readonly min: number; readonly max: number; readonly orNull?: true }
  | { readonly type: 'text' | 'header'; readonly maxLength: number; readonly orNull?: true }
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
const header = (fallback: string, reason: string): ChoiceRow<string> => ({
  allowed: { type: 'header', maxLength: 1000 },
  default: fallback,
  reason,
});
const headerOrNull = (fallback: string | null, reason: string): ChoiceRow<string | null> => ({
  allowed: { type: 'header', maxLength: 1000, orNull: true },
  default: fallback,
  reason,
});
const integer = (fallback: number, min: number, max: number, reason: string): ChoiceRow<number> => ({
  allowed: { type: 'integer', min, max },
  default: fallback,
  reason,
});

/**
 * Every setting for behaviour that the API does not document: default, allowed values and reason. `docs/choices.md`,
 * the choices schema and `verify --learn` derive from it.
 */
export const choiceRows = {
  thinking: oneOf(
    ['first', 'each_tool', 'none'],
    'first',
    'Where the generated agent thinks: once at the start, before each tool call, or never. The reference pages show an agent that plans first.',
  ),
  tools: oneOf(
    ['before_text', 'none'],
    'before_text',
    'Whether the generated agent calls tools; the results come before the answer that quotes them.',
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
    'Whether the stream starts with a user_input event. History always stores one; on the stream it is left out because clients know what they sent.',
  ),
  deltas_in_history: oneOf(
    ['when_broken', 'always', 'never'],
    'when_broken',
    'Which turns keep their deltas in history. A complete turn does not need them; a broken turn has nothing else to show.',
  ),
  on_client_abort: oneOf(
    ['keep_sent', 'finish', 'discard'],
    'keep_sent',
    'What happens when a client disconnects during a turn: keep what was sent, finish the turn without a reader, or discard the turn.',
  ),
  sse_newline: oneOf(['lf', 'crlf'], 'lf', 'Line ending in frames; the documented frames use LF.'),
  sse_ids: oneOf([false, true], false, 'Whether frames have an `id:` line; the API does not document resuming.'),
  sse_resume: oneOf(
    [false, true],
    false,
    'Whether a client that lost a stream may resume it: frames have an `id:` line, and a request with `Last-Event-ID` continues the newest turn of the session after that event. The API does not document it, so by default the header is ignored.',
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
    'Milliseconds of silence before a comment line, which keeps proxies from closing the stream; 0 sends none.',
  ),
  sse_ping_text: text('ping', 'The comment’s text.'),
  stream_connection: oneOf(
    ['keep_alive', 'close'],
    'keep_alive',
    'Whether the connection can be reused after the stream; the body ends right after stop either way.',
  ),
  stream_content_type: header('text/event-stream; charset=utf-8', 'Content type of the stream.'),
  stream_cache_control: headerOrNull('no-cache', 'Cache-Control of the stream; null leaves it out.'),
  stream_accel_buffering: headerOrNull(
    'no',
    'X-Accel-Buffering of the stream; `no` stops nginx from buffering events; null leaves it out.',
  ),
  stream_compression: oneOf(
    ['none'],
    'none',
    'Compression of the stream; none is offered because compression delays events.',
  ),
  optional_keys: oneOf(
    ['null', 'omitted'],
    'null',
    'Whether optional keys without a value are sent as null or omitted; FastAPI sends null.',
  ),
  last_page_token: oneOf(
    ['omitted', 'null', 'empty'],
    'omitted',
    'next_page_token on the last page. The documentation says omitted; clients also stop at null and at an empty string.',
  ),
  page_size_default: integer(50, 1, 100_000, 'Number of sessions per page without page_size.'),
  page_size_max: integer(
    1000,
    1,
    100_000,
    'Largest page; a larger page_size is reduced to it, as sister endpoints document.',
  ),
  page_size_not_positive: oneOf(
    ['default', 'reject'],
    'default',
    'What page_size ≤ 0 does, which the schema allows: use the default, or answer 400.',
  ),
  bad_page_token: oneOf(
    ['reject', 'first_page'],
    'reject',
    'What an unknown page token does: answer 400, or return the first page.',
  ),
  bad_page_token_detail: text('Invalid page token', 'Text of the 400 for an unknown page token.'),
  list_order: oneOf(
    ['updated_desc', 'updated_asc', 'created_desc', 'created_asc'],
    'updated_desc',
    'Order of the list; chat pages show the newest session first.',
  ),
  title_from_prompt: oneOf(
    ['first_turn', 'never'],
    'first_turn',
    'Whether the first turn sets generated_title from its prompt, or only /title does.',
  ),
  title_length: integer(50, 1, 1000, 'Maximum number of characters of the prompt or first message in the title.'),
  title_suffix: text('...', 'Suffix of a shortened title, as in the documented example.'),
  timestamps: oneOf(
    ['naive_microseconds', 'utc_microseconds', 'utc_milliseconds'],
    'naive_microseconds',
    'Format of last_updated_at: 2026-04-22T12:34:41.342245, the same with a Z, or milliseconds with a Z. The documented example has no time zone.',
  ),
  touched_by_title: oneOf(
    [true, false],
    true,
    'Whether setting a title changes last_updated_at; create and turns always do, reads never do.',
  ),
  unknown_session_detail: text(
    'Session not found',
    'Text of the 404 for a session that is unknown, deleted or in another project.',
  ),
  second_delete: oneOf([404, 204], 404, 'Status of a second DELETE of the same session.'),
  locked_index_ids: oneOf(
    ['reject', 'ignore'],
    'reject',
    'What different index_ids do in a turn of a bound session that has started: answer 409, or use the session’s own.',
  ),
  second_turn_while_running: oneOf(
    ['reject', 'allow'],
    'reject',
    'What a second turn does while one runs in the session: answer 409, or run both.',
  ),
  conflict_should_retry: oneOf(
    ['false', 'true', null],
    'false',
    'x-should-retry on those 409s; SDKs retry a 409 five times without it. null sends no header.',
  ),
  auth_missing_status: oneOf([401, 403], 401, 'Status of a request without a key.'),
  auth_missing_detail: text('Not authenticated', 'Text of that error, as seen on sister endpoints.'),
  auth_wrong_status: oneOf([401, 403], 401, 'Status of a request whose key is not configured.'),
  auth_wrong_detail: text('Invalid API Key', 'Text of that error, as seen on sister endpoints.'),
  www_authenticate: headerOrNull('Bearer', 'WWW-Authenticate on a 401; null leaves it out.'),
  cookie_login: oneOf(
    [true, false],
    true,
    'Whether the web app’s `session` cookie counts as a key, as browser SDKs without a key send it. Its value is checked like a key.',
  ),
  shared_access_default: oneOf(
    ['read_only', 'query'],
    'read_only',
    'shared_access of a session created without one (the deployment default).',
  ),
  trailing_slash: oneOf(
    ['redirect', 'not_found'],
    'redirect',
    'What a trailing slash does: redirect (307) to the path without it, as FastAPI does, or answer 404.',
  ),
  allow_header: oneOf(
    ['first_route', 'all_methods'],
    'first_route',
    'Allow header of a 405: the methods of the path’s first route, as FastAPI sends, or of all routes, as RFC 9110 requires.',
  ),
  project_isolation: oneOf(
    [true, false],
    true,
    'Whether sessions of another project_id are hidden; an absent or empty project_id means the default project.',
  ),
  cors: oneOf(
    ['loopback', 'listed', 'none'],
    'loopback',
    'Which page origins may call: loopback origins and those given with --cors, only the latter, or none.',
  ),
  unreachable_index: oneOf(
    ['skip', 'fail'],
    'skip',
    'What an unreachable index does: it is skipped and listed in skipped_index_ids, or the turn fails. With require_all_indexes the turn always fails.',
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
