import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Edition, editions } from '../../../src/api/editions.ts';
import type { OperationPlan } from '../../../src/api/plan.ts';
import { readBody } from '../../../src/server/fastapi/read-body.ts';
import { type Validation, validateRequest } from '../../../src/server/fastapi/validate.ts';
import { runs } from '../../support/runs.ts';
import { operationPlans } from './operation-plans.ts';
import { readCases } from './read-cases.ts';

interface ValidationCase {
  readonly id: string;
  readonly edition: Edition;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | { readonly base64: string } | null;
  readonly status: number;
  readonly answer: unknown;
}

const { cases } = readCases<{ cases: readonly ValidationCase[] }>('validation-cases.json');
const id = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';

test.each(cases)('$id is answered as by FastAPI', ({ edition, method, path, headers, body, status, answer }) => {
  const [pathname = '', query = ''] = path.split('?');
  const operation = operationAt(method, pathname);
  const bytes = typeof body === 'string' ? Buffer.from(body) : Buffer.from(body?.base64 ?? '', 'base64');
  const result = run({ operation, edition, query, bytes, contentType: headers['content-type'] ?? null });
  if (status < 400) expect(result).toMatchObject({ ok: true });
  else expect(result.ok || JSON.parse(result.body)).toEqual(answer);
});

describe('what a valid request comes to', () => {
  test('left-out parameters and bodies are null', () => {
    expect(validate('list')).toEqual({
      ok: true,
      query: { page_size: null, page_token: null, project_id: null, organization_id: null },
      body: null,
    });
    expect(validate('create')).toMatchObject({ ok: true, body: null });
    expect(validate('create', { body: 'null' })).toMatchObject({ ok: true, body: null });
  });

  test('values are coerced, unknown keys dropped, left-out keys null or their default', () => {
    const query = `page_size=%205.0&project_id=%7B${id.toUpperCase()}%7D&page_token=&unknown=1`;
    expect(validate('list', { query })).toEqual({
      ok: true,
      query: { page_size: 5, page_token: '', project_id: id, organization_id: null },
      body: null,
    });
    const body = '{"prompt":"","index_ids":["a"],"unknown":1,"require_all_indexes":"yes"}';
    expect(validate('stream', { body })).toMatchObject({
      body: { prompt: '', index_ids: ['a'], require_all_indexes: true },
    });
    expect(validate('stream', { body: '{"prompt":"","index_ids":["a"]}' })).toMatchObject({
      body: { prompt: '', index_ids: ['a'], require_all_indexes: false },
    });
    expect(validate('create', { body: '{}' })).toMatchObject({ body: { index_ids: null, shared_access: null } });
  });

  test('integers are held within the safe ones', () => {
    expect(validate('list', { query: `page_size=${'9'.repeat(30)}` })).toMatchObject({
      query: { page_size: Number.MAX_SAFE_INTEGER },
    });
  });

  test('an empty project or organization counts as absent', () => {
    expect(validate('summary', { query: 'project_id=&organization_id=' })).toEqual({
      ok: true,
      query: { project_id: null, organization_id: null },
      body: null,
    });
  });

  test('fields of other editions are not there', () => {
    const body = '{"prompt":"","index_ids":["a"],"require_all_indexes":"maybe"}';
    expect(validate('stream', { body, edition: '2026-08' })).toEqual({
      ok: true,
      query: { project_id: null, organization_id: null },
      body: { prompt: '', index_ids: ['a'] },
    });
  });
});

describe('what a refusal echoes', () => {
  test.each([
    [
      'floats as Python writes them',
      '[1.0,-0.0,1e16,1e22,1E-7,0.0001,1.5e300,0.1]',
      '[1.0,-0.0,1e+16,1e+22,1e-07,0.0001,1.5e+300,0.1]',
    ],
    [
      'integers with all their digits',
      '[-0,9007199254740993,1000000000000000000000]',
      '[0,9007199254740993,1000000000000000000000]',
    ],
    ['non-finite floats as null', '[NaN,-Infinity,1e999]', '[null,null,null]'],
    ['keys in their order', '[{"b":1,"10":2,"9":3,"b":4}]', '[{"b":4,"10":2,"9":3}]'],
    ['no keys that look like SQLAlchemy’s', '[{"_sa_x":1,"_s":2}]', '[{"_s":2}]'],
    ['lone surrogates escaped', '["\\ud800","\\ud83d\\ude00","é"]', '["\\ud800","😀","é"]'],
  ])('%s', (_, body, input) => {
    expect(validate('create', { body })).toEqual({
      ok: false,
      body: `{"detail":[{"type":"model_attributes_type","loc":["body"],"msg":"Input should be a valid dictionary or object to extract fields from","input":${input}}]}`,
    });
  });

  test('a required parameter that is missing has the input null', () => {
    expect(validate('attachment')).toEqual({
      ok: false,
      body: '{"detail":[{"type":"missing","loc":["query","source_id"],"msg":"Field required","input":null}]}',
    });
  });

  test('text as deep as the decoder goes', () => {
    const body = '['.repeat(990) + ']'.repeat(990);
    expect(validate('create', { body })).toMatchObject({ ok: false, body: expect.stringContaining(body) });
  });
});

test('never throws, whatever is sent, and always answers in JSON', () => {
  const query = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.dictionary(fc.constantFrom('page_size', 'project_id', 'source_id'), fc.string({ unit: 'binary' })).map(join),
  );
  const keys = fc.constantFrom(
    'index_ids',
    'prompt',
    'first_message',
    'shared_access',
    'require_all_indexes',
    '__proto__',
  );
  const value = fc.jsonValue({ stringUnit: 'binary' });
  const bytes = fc.oneof(
    fc.uint8Array(),
    fc.oneof(fc.dictionary(keys, value), value).map((one) => Buffer.from(JSON.stringify(one))),
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.values<OperationPlan>(operationPlans)),
      fc.constantFrom(...editions),
      query,
      bytes,
      fc.constantFrom('application/json', null),
      (operation, edition, text, content, contentType) => {
        const result = run({ operation, edition, query: text, bytes: content, contentType });
        if (!result.ok) JSON.parse(result.body);
      },
    ),
    { numRuns: runs(5000) },
  );
});

function join(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map((pair) => pair.join('='))
    .join('&');
}

function operationAt(method: string, pathname: string): OperationPlan {
  const path = pathname.replace('{id}', '{session_id}');
  const found = Object.values<OperationPlan>(operationPlans).find((one) => one.method === method && one.path === path);
  if (!found) throw new Error(`Failed to find a plan for ${method} ${pathname}: add it to operation-plans.ts.`);
  return found;
}

interface Sent {
  readonly query?: string;
  readonly body?: string;
  readonly edition?: Edition;
}

function validate(
  name: keyof typeof operationPlans,
  { query = '', body = '', edition = '2026-09' }: Sent = {},
): Validation {
  const bytes = Buffer.from(body);
  return run({ operation: operationPlans[name], edition, query, bytes, contentType: 'application/json' });
}

interface Run {
  readonly operation: OperationPlan;
  readonly edition: Edition;
  readonly query: string;
  readonly bytes: Uint8Array;
  readonly contentType: string | null;
}

function run({ operation, edition, query, bytes, contentType }: Run): Validation {
  const body = operation.body ? readBody({ contentType, bytes, edition }) : { kind: 'none' as const };
  return body.kind === 'refused'
    ? { ok: false, body: body.body }
    : validateRequest({ operation, edition, query, body });
}
