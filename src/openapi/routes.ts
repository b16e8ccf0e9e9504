import type { RouteConfig } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { descriptionOf, field } from '../api/describe.ts';
import type { Edition } from '../api/editions.ts';
import { inEdition } from '../api/lifetimes.ts';
import type { Operation } from '../api/operations.ts';
import { sharedErrors } from './errors.ts';
import type { SpecVersion } from './spec-versions.ts';
import { streamContent, streamText } from './stream.ts';

/** Descriptions of the path parameters. */
const pathParameters: Readonly<Record<string, z.ZodType>> = {
  session_id: field(z.string(), 'The session; percent-encode what is not plain.', 'ses-q3-review'),
  attachment_name: field(
    z.string(),
    'The attachment; the slashes in its name may stay as they are.',
    'screenshots/page_7.jpg',
  ),
  index_id: field(z.string(), 'The index.', 'idx-abc123'),
};
const cookies = z.object({
  session: field(z.string().nullable().optional(), 'The web app’s login; stands for a key.'),
});

/** What the routes of a document are built from. */
export interface RouteContext {
  readonly edition: Edition;
  readonly spec: SpecVersion;
}

/** An operation of the table as zod-to-openapi takes it. */
export function toRoute(id: string, operation: Operation, { edition, spec }: RouteContext): RouteConfig {
  const { method, path, summary, description, tag, query, body, since, until } = operation;
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const statuses = [...operation.errors, ...sharedErrors, ...(body ? [400] : [])];
  const errors = [...new Set(statuses)]
    .sort()
    .map((status) => [status, { $ref: `#/components/responses/Error${status}` }] as const);
  return {
    method,
    path,
    operationId: id,
    summary,
    description,
    tags: [tag],
    security: [{ HTTPBearer: [] }, { SessionCookie: [] }],
    ...(since && { 'x-since': since }),
    ...(until && { 'x-until': until }),
    request: {
      ...(names.length > 0 && {
        params: z.object(Object.fromEntries(names.map((name) => [name, pathParameter(name)]))),
      }),
      query: inEdition(query, edition),
      cookies,
      ...(body && {
        body: {
          description: descriptionOf(body.schema),
          required: body.required,
          content: { 'application/json': { schema: inEdition(body.schema, edition) } },
        },
      }),
    },
    responses: {
      [operation.success.status]: describeSuccess(operation, { edition, spec }),
      ...Object.fromEntries(errors),
    } as RouteConfig['responses'],
  };
}

function pathParameter(name: string): z.ZodType {
  const known = pathParameters[name];
  if (!known)
    throw new TypeError(`Failed to describe the path parameter ${name}. Add it to pathParameters in routes.ts.`);
  return known;
}

function describeSuccess({ success }: Operation, { edition, spec }: RouteContext): RouteConfig['responses'][string] {
  switch (success.kind) {
    case 'json':
      return {
        description: descriptionOf(success.schema),
        content: { 'application/json': { schema: inEdition(success.schema, edition) } },
      };
    case 'stream':
      return { description: streamText, content: { 'text/event-stream': streamContent[spec] as object } };
    case 'empty':
      return { description: 'Done; there is no body.' };
  }
}
