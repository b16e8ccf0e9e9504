import { diffDocuments } from '../../../../src/openapi/index.ts';

const json = (schema: unknown) => ({ 'application/json': { schema } });

/** A document with these parts. */
export function documentOf(parts: object, version = '3.1.0'): object {
  return { openapi: version, info: { title: 'T', version: '1' }, paths: {}, ...parts };
}

/** A document whose `POST /things` takes and answers a schema, with these components beside it. */
export function thingOf(schema: unknown, schemas: object = {}, version = '3.1.0'): object {
  const post = {
    requestBody: { content: json(schema) },
    responses: { 200: { description: 'ok', content: json(schema) } },
  };
  return documentOf({ paths: { '/things': { post } }, components: { schemas } }, version);
}

/** A document whose operations answer these schemas, by path. */
export function answersOf(answers: Record<string, unknown>, schemas: object = {}, version = '3.0.3'): object {
  const paths = Object.entries(answers).map(([path, schema]) => [
    path,
    { get: { responses: { 200: { description: 'ok', content: json(schema) } } } },
  ]);
  return documentOf({ paths: Object.fromEntries(paths), components: { schemas } }, version);
}

/** The changes between two documents, breaking ones with `!`; notes and remarks follow them. */
export function judge(before: object, after: object): string[] {
  const { changes, notes, remarks } = diffDocuments(structuredClone(before), structuredClone(after));
  const shown = changes.map(({ kind, severity, direction, place, what }) =>
    [`${severity === 'breaking' ? '!' : ''}${kind}`, what, direction, place].filter((part) => part != null).join(' '),
  );
  return [...shown, ...notes.map((note) => `not compared ${note}`), ...remarks.map((remark) => `note ${remark}`)];
}

/** What a change of the schema of `POST /things` does, by who sends it. */
export function judgeSchemas(
  before: unknown,
  after: unknown,
  schemas: object = {},
): Record<'request' | 'response' | 'texts', string[]> {
  const { changes, notes } = diffDocuments(thingOf(before, schemas), thingOf(after, schemas));
  const of = (direction: string | null) =>
    changes
      .filter((change) => change.direction === direction)
      .map(({ kind, severity }) => `${severity === 'breaking' ? '!' : ''}${kind}`);
  return { request: of('request'), response: of('response'), texts: [...of(null), ...notes] };
}
