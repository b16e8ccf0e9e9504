import type { JsonObject } from './json.ts';

interface ErrorText {
  readonly description: string;
  /** The example bodies by name. */
  readonly details: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, { readonly description: string; readonly example: string }>>;
}

const retry = {
  description: 'Whether a client should send the same request again; the SDKs obey it before any rule of their own.',
};

/** The error responses of an operation. */
const errorTexts = {
  400: {
    description: 'The request cannot be served as it is: an unknown page token, or a body that cannot be read.',
    details: { pageToken: 'Invalid page token' },
  },
  401: {
    description: 'No key was sent, or one that is not known.',
    details: { missing: 'Not authenticated', wrong: 'Invalid API Key' },
    headers: { 'WWW-Authenticate': { description: 'The scheme that is asked for.', example: 'Bearer' } },
  },
  403: { description: 'The key may not do this.', details: { forbidden: 'Forbidden' } },
  404: {
    description: 'There is no such thing, or it belongs to another project.',
    details: { session: 'Session not found', index: 'Index not found' },
  },
  409: {
    description:
      'The session cannot take this turn: one is running, or other indexes are asked for than it is bound to.',
    details: { running: 'A turn is already running in this session' },
    headers: { 'x-should-retry': { ...retry, example: 'false' } },
  },
  422: { description: 'The request does not have the right shape.', details: {} },
  429: {
    description: 'Too many requests; send it again later.',
    details: { limited: 'Too Many Requests' },
    headers: {
      'Retry-After': { description: 'Seconds to wait, or the date to wait for.', example: '1' },
      'x-should-retry': { ...retry, example: 'true' },
    },
  },
} as const satisfies Record<number, ErrorText>;
/** A status for which the document describes an error. */
export type ErrorStatus = keyof typeof errorTexts;

/** The errors that every operation may answer. */
export const sharedErrors = [401, 403, 422, 429] as const satisfies readonly ErrorStatus[];

/** The name of the model of an error's body. */
function errorModel(status: ErrorStatus): string {
  return status === 422 ? 'HTTPValidationError' : 'HTTPError';
}

/** The responses by their names in the document's components. */
export function errorResponses(): [name: string, response: JsonObject][] {
  return Object.entries<ErrorText>(errorTexts).map(([status, { description, details, headers }]) => {
    const schema = { $ref: `#/components/schemas/${errorModel(Number(status) as ErrorStatus)}` }; // A key of the table.
    const examples = Object.fromEntries(
      Object.entries(details).map(([name, detail]) => [name, { summary: detail, value: { detail } }]),
    );
    const content = { 'application/json': { schema, ...(Object.keys(details).length > 0 && { examples }) } };
    return [`Error${status}`, { description, ...(headers && { headers: toHeaders(headers) }), content }];
  });
}

function toHeaders(headers: NonNullable<ErrorText['headers']>): JsonObject {
  const entries = Object.entries(headers).map(([name, { description, example }]) => [
    name,
    { description, schema: { type: 'string', examples: [example] } },
  ]);
  return Object.fromEntries(entries) as JsonObject; // Made of texts only.
}
