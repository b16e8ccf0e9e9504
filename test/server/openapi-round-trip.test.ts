import { createParser } from 'eventsource-parser';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Choices, choiceRows } from '../../src/api/choices.ts';
import { editions } from '../../src/api/editions.ts';
import { builtInFixtures } from '../../src/generated/fixtures.ts';
import { buildDocument, specVersions } from '../../src/openapi/index.ts';
import { at, type Json, type JsonObject, objectAt, resolve } from '../../src/openapi/json.ts';
import { valuesOf } from '../openapi/support/arbitrary-values.ts';
import { createOracle } from '../openapi/support/oracle.ts';
import { instantMock } from '../support/client.ts';
import { runs } from '../support/runs.ts';

/** Scenarios that answer at once, and nothing but what is documented. */
const scenarios = builtInFixtures.scenarios.filter((scenario) => {
  const { status, violates, ends, steps = [] } = scenario;
  const isDocumented = status === undefined || status === 401 || status === 429;
  return (
    isDocumented && !violates && !ends && !steps.some((step) => 'raw' in step || 'event' in step || 'hold' in step)
  );
});

/** Every choice that is one of a list, as it may be set. */
const choices = fc.record(
  Object.fromEntries(
    Object.entries(choiceRows).flatMap(([name, { allowed }]) =>
      Array.isArray(allowed) ? [[name, fc.constantFrom(...(allowed as unknown[]))]] : [],
    ),
  ),
  { requiredKeys: [] },
) as fc.Arbitrary<Partial<Choices>>; // A setting for each name, from the table of them.

interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly value: JsonObject;
}

interface Sent {
  readonly operation: Operation;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Undefined sends none; `isValid`: the document allows it. */
  readonly body: { readonly value: unknown; readonly isValid: boolean } | undefined;
  /** Which of the sessions there are, where one is meant. */
  readonly session: number;
  readonly key: string | null;
}

function listOperations(document: JsonObject): Operation[] {
  return Object.entries(objectAt(document, 'paths')).flatMap(([path, item]) =>
    Object.entries(objectAt(item)).map(([method, value]) => ({
      ...{ id: String(at(value, 'operationId')), method: method.toUpperCase(), path },
      value: objectAt(value),
    })),
  );
}

/** Any request of the operations of a document: mostly right ones, sometimes whatever. */
function requests(document: JsonObject): fc.Arbitrary<Sent> {
  const all = listOperations(document).map((operation) => {
    const { value } = operation;
    const parameters = ((value['parameters'] ?? []) as Json[])
      .map((one) => objectAt(resolve(document, one)))
      .filter((one) => one['in'] === 'query');
    const given = parameters.map((one) => [
      String(one['name']),
      fc.oneof({ arbitrary: valuesOf(document, one['schema']), weight: 4 }, fc.string({ unit: 'grapheme-ascii' })),
    ]);
    return fc.record<Sent>({
      operation: fc.constant(operation),
      parameters: fc.record(Object.fromEntries(given) as Record<string, fc.Arbitrary<unknown>>, { requiredKeys: [] }),
      body: bodies(document, operation),
      session: fc.nat(),
      key: fc.oneof({ arbitrary: fc.constant('good'), weight: 9 }, fc.constantFrom(null, 'wrong')),
    });
  });
  // A turn has more to show than the rest.
  const turns = all.filter((_, index) => listOperations(document)[index]?.id === 'streamMessages');
  return fc.oneof(...all, ...turns, ...turns, ...turns);
}

function bodies(document: JsonObject, { id, value }: Operation): fc.Arbitrary<Sent['body']> {
  const schema = at(value, 'requestBody', 'content', 'application/json', 'schema');
  if (schema === undefined) return fc.constant(undefined);
  const valid = valuesOf(document, schema).map((body) => ({ value: body, isValid: true }));
  const junk = fc.jsonValue({ maxDepth: 2 }).map((body) => ({ value: body, isValid: false }));
  if (id !== 'streamMessages') return fc.oneof({ arbitrary: valid, weight: 3 }, junk, fc.constant(undefined));
  const scripted = fc
    .tuple(fc.constantFrom(...scenarios), fc.constantFrom('idx-abc123', 'idx-def456', 'idx-unreachable'))
    .map(([{ scenario }, index]) => ({ value: { prompt: `/${scenario}`, index_ids: [index] }, isValid: true }));
  const refused = fc.constantFrom(...scenarios.filter(({ status }) => status !== undefined));
  const unlucky = refused.map(({ scenario }) => ({
    value: { prompt: `/${scenario}`, index_ids: ['idx-abc123'] },
    isValid: true,
  }));
  return fc.oneof({ arbitrary: scripted, weight: 5 }, unlucky, { arbitrary: valid, weight: 3 }, junk);
}

describe.each(editions)('edition %s', (edition) => {
  const judged = specVersions.map((spec) => {
    const document = buildDocument({ edition, spec });
    return { document, oracle: createOracle(document, spec) };
  });
  const [{ document } = { document: {} }] = judged;
  const operations = listOperations(document);
  const met = new Set<string>();

  /** What is wrong with an answer by the documents; '' if nothing is. */
  async function findFault({ id, path, method }: Operation, response: Response): Promise<string> {
    const mediaType = response.headers.get('content-type')?.split(';')[0];
    const text = await response.text();
    met.add(`${id} ${response.status}`);
    for (const { document, oracle } of judged) {
      const documented = objectAt(document, 'paths', path, method.toLowerCase(), 'responses')[response.status];
      if (documented === undefined) return `The status is not documented: ${text}`;
      const reference = at(documented, '$ref');
      const names =
        typeof reference === 'string'
          ? reference.slice(2).split('/')
          : ['paths', path, method.toLowerCase(), 'responses', String(response.status)];
      const content = objectAt(resolve(document, documented), 'content');
      if (Object.keys(content).length === 0) {
        if (text !== '') return `There is a body: ${text}`;
        continue;
      }
      if (mediaType === undefined || !(mediaType in content)) return `The media type is not documented: ${mediaType}`;
      const place = [...names, 'content', mediaType];
      if (mediaType !== 'text/event-stream') {
        if (!(await oracle.accepts([...place, 'schema'], JSON.parse(text))))
          return `The body is not as documented: ${text}`;
        continue;
      }
      const frames = readFrames(text);
      if (frames.length === 0) return 'There is no event.';
      for (const { event, data } of frames) {
        const payload = JSON.parse(data) as { readonly type: string };
        met.add(payload.type);
        if (!(await oracle.accepts(['components', 'schemas', 'Event'], payload))) return `No event: ${data}`;
        if (at(content, mediaType, 'itemSchema') === undefined) continue;
        const schema = event === 'delta' ? 'DeltaFrame' : 'MessageFrame';
        if (!(await oracle.accepts([...place, 'itemSchema'], { event, data }))) return `No frame: ${event} ${data}`;
        if (!(await oracle.accepts(['components', 'schemas', schema, 'properties', 'data', 'contentSchema'], payload)))
          return `Not data of ${event}: ${data}`;
      }
    }
    return '';
  }

  test('accepts every answer and every event of the mock, whatever is asked and chosen', {
    timeout: 60_000,
  }, async () => {
    const run = fc.asyncProperty(
      fc.array(requests(document), { minLength: 4, maxLength: 16 }),
      fc.record({ choices, seed: fc.nat() }),
      async (sequence, settings) => {
        const { mock } = instantMock({ edition, apiKeys: ['good'], ...settings });
        const list = await mock.fetch(
          new Request('http://mock/api/v1/chat?page_size=9', { headers: { authorization: 'Bearer good' } }),
        );
        const sessions = ((await list.json()) as { items: { session_id: string }[] }).items.map(
          (one) => one.session_id,
        );
        for (const sent of sequence) {
          const response = await mock.fetch(toRequest(sent, [...sessions, 'ses-nobody']));
          // Whatever the document allows in a body, the service does not refuse as malformed.
          const { body } = sent;
          if (response.status === 422 && body?.isValid) {
            const { detail } = (await response.clone().json()) as { detail: { loc: unknown[] }[] };
            expect(detail.filter(({ loc }) => loc[0] === 'body')).toEqual([]);
          }
          if (sent.operation.id === 'createSession' && response.status === 201)
            sessions.push(((await response.clone().json()) as { session_id: string }).session_id);
          expect([sent.operation.id, await findFault(sent.operation, response)]).toEqual([sent.operation.id, '']);
        }
      },
    );
    await fc.assert(run, { seed: 5, numRuns: runs(100) });
    const successes = operations.map(({ id, value }) => {
      const status = Object.keys(objectAt(value, 'responses')).find((one) => one.startsWith('2'));
      return `${id} ${status}`;
    });
    const errors = [401, 404, 409, 422, 429].map((status) => `streamMessages ${status}`);
    const types = Object.keys(objectAt(document, 'components', 'schemas', 'Event', 'discriminator', 'mapping'));
    // A tenth of the inputs does not come to everything.
    if (process.env['TEST_ALL_RUNS'])
      expect([...successes, ...errors, ...types].filter((one) => !met.has(one))).toEqual([]);
  });
});

function toRequest({ operation, parameters, body, session, key }: Sent, sessions: readonly string[]): Request {
  const id = sessions[session % sessions.length] ?? '';
  const values: Readonly<Record<string, string>> = {
    session_id: id,
    index_id: session % 3 === 0 ? 'idx-nobody' : 'idx-abc123',
    attachment_name: 'screenshots/page_7.jpg',
  };
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''));
  const query = new URLSearchParams(
    Object.entries(parameters).flatMap(([name, value]) =>
      value === null ? [] : [[name, String(value)] as [string, string]],
    ),
  );
  return new Request(`http://mock${path}?${query}`, {
    method: operation.method,
    headers: {
      ...(key !== null && { authorization: `Bearer ${key}` }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body.value) }),
  });
}

/** By another parser than ours. */
function readFrames(text: string): { readonly event: string | undefined; readonly data: string }[] {
  const frames: { readonly event: string | undefined; readonly data: string }[] = [];
  const parser = createParser({
    onEvent: ({ event, data }) => frames.push({ event, data }),
    onError: (error) => {
      throw error;
    },
  });
  parser.feed(text);
  return frames;
}
