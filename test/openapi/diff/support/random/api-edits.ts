import type { Random } from '../../../../../src/runtime/random.ts';
import { type Answer, type Api, mediaTypes, newName, type Operation, statuses } from './api-model.ts';

/** A change of one operation, with what must be reported in each direction of time. */
interface ApiEdit {
  readonly name: string;
  /** Kind, severity and, where it has one, direction. */
  readonly there: string;
  readonly back: string;
  /** The changed operations; null where this one has nothing of the kind. */
  readonly apply: (operation: Operation, random: Random) => readonly Operation[] | null;
}

const added = { name: newName, in: 'query', explode: true, maxLength: null } as const;

/** Edits of operations, and of all that an operation holds but schemas. */
const apiEdits: readonly ApiEdit[] = [
  {
    ...{ name: 'an operation', there: 'operation-added non-breaking', back: 'operation-removed breaking' },
    apply: (operation) => [operation, { ...operation, path: '/added', id: newName }],
  },
  {
    ...{ name: 'its name', there: 'operation-renamed non-breaking', back: 'operation-renamed non-breaking' },
    apply: (operation) => [{ ...operation, id: newName }],
  },
  {
    ...{ name: 'deprecation', there: 'deprecated non-breaking', back: 'undeprecated docs-only' },
    apply: (operation) => (operation.isDeprecated ? null : [{ ...operation, isDeprecated: true }]),
  },
  {
    ...{ name: 'the name of a path parameter', there: 'path-parameter-renamed non-breaking request' },
    back: 'path-parameter-renamed non-breaking request',
    apply: (operation) => {
      const path = operation.path.replace(/\{\w+\}/, `{${newName}}`);
      return path === operation.path ? null : [{ ...operation, path }];
    },
  },
  {
    ...{ name: 'an optional parameter', there: 'parameter-added-optional non-breaking request' },
    back: 'parameter-removed breaking request',
    apply: (operation) => [{ ...operation, parameters: [...operation.parameters, { ...added, required: false }] }],
  },
  {
    ...{ name: 'a required parameter', there: 'parameter-added-required breaking request' },
    back: 'parameter-removed breaking request',
    apply: (operation) => [{ ...operation, parameters: [{ ...added, required: true }, ...operation.parameters] }],
  },
  ofParameter({
    ...{ name: 'a parameter that is required', there: 'parameter-became-required breaking request' },
    back: 'parameter-became-optional non-breaking request',
    change: (parameter) => (parameter.required ? null : { ...parameter, required: true }),
  }),
  ofParameter({
    ...{ name: 'the style of a parameter', there: 'parameter-style-changed breaking request' },
    back: 'parameter-style-changed breaking request',
    change: (parameter) => ({ ...parameter, explode: !parameter.explode }),
  }),
  ofParameter({
    ...{ name: 'a tighter parameter', there: 'limit-tightened breaking request' },
    back: 'limit-loosened non-breaking request',
    change: (parameter) => ({ ...parameter, maxLength: (parameter.maxLength ?? 21) - 1 }),
  }),
  {
    ...{ name: 'an optional body', there: 'body-added-optional non-breaking request' },
    back: 'body-removed breaking request',
    apply: (operation) =>
      operation.body || operation.method === 'get'
        ? null
        : [{ ...operation, body: { required: false, types: ['application/json'] } }],
  },
  {
    ...{
      name: 'a required body',
      there: 'body-added-required breaking request',
      back: 'body-removed breaking request',
    },
    apply: (operation) =>
      operation.body || operation.method === 'get'
        ? null
        : [{ ...operation, body: { required: true, types: ['text/csv'] } }],
  },
  {
    ...{ name: 'a body that is required', there: 'body-became-required breaking request' },
    back: 'body-became-optional non-breaking request',
    apply: (operation) =>
      !operation.body || operation.body.required
        ? null
        : [{ ...operation, body: { ...operation.body, required: true } }],
  },
  {
    ...{ name: 'a media type of a body', there: 'media-type-added non-breaking request' },
    back: 'media-type-removed breaking request',
    apply: (operation, random) => {
      const { body } = operation;
      return body && [{ ...operation, body: { ...body, types: withOneMore(body.types, mediaTypes, random) } }];
    },
  },
  ofAnswer({
    ...{ name: 'a media type of an answer', there: 'media-type-added non-breaking response' },
    back: 'media-type-removed breaking response',
    change: (answer, random) =>
      answer.types.length > 0 ? { ...answer, types: withOneMore(answer.types, mediaTypes, random) } : null,
  }),
  {
    ...{ name: 'a status that means success', there: 'status-added non-breaking response' },
    back: 'success-status-removed breaking response',
    apply: (operation, random) => withStatus(operation, { random, isSuccess: true }),
  },
  {
    ...{ name: 'a status that means failure', there: 'status-added non-breaking response' },
    back: 'error-status-removed non-breaking response',
    apply: (operation, random) => withStatus(operation, { random, isSuccess: false }),
  },
  ofAnswer({
    ...{ name: 'an optional header', there: 'header-added-optional non-breaking response' },
    back: 'header-removed breaking response',
    change: (answer) => ({ ...answer, headers: [...answer.headers, { name: 'X-Added', required: false }] }),
  }),
  ofAnswer({
    ...{ name: 'a required header', there: 'header-added-required non-breaking response' },
    back: 'header-removed breaking response',
    change: (answer) => ({ ...answer, headers: [...answer.headers, { name: 'X-Added', required: true }] }),
  }),
  ofAnswer({
    ...{ name: 'a header that is sure', there: 'header-became-required non-breaking response' },
    back: 'header-became-optional breaking response',
    change: (answer) => {
      const [first, ...rest] = answer.headers;
      return first && !first.required ? { ...answer, headers: [{ ...first, required: true }, ...rest] } : null;
    },
  }),
  {
    ...{ name: 'one more way to authenticate', there: 'security-loosened non-breaking' },
    back: 'security-tightened breaking',
    apply: (operation) =>
      operation.security.length > 0 && !operation.security.some((one) => one.join() === 'basic')
        ? [{ ...operation, security: [...operation.security, ['basic']] }]
        : null,
  },
  {
    ...{ name: 'a need to authenticate', there: 'security-tightened breaking', back: 'security-loosened non-breaking' },
    apply: (operation) => (operation.security.length > 0 ? null : [{ ...operation, security: [['bearer']] }]),
  },
];

type Parts<Part> = Omit<ApiEdit, 'apply'> & { readonly change: (part: Part, random: Random) => Part | null };

function ofParameter({ change, ...edit }: Parts<Operation['parameters'][number]>): ApiEdit {
  return { ...edit, apply: (operation, random) => changeOne(operation, { key: 'parameters', change, random }) };
}

function ofAnswer({ change, ...edit }: Parts<Answer>): ApiEdit {
  return { ...edit, apply: (operation, random) => changeOne(operation, { key: 'answers', change, random }) };
}

function changeOne<Part>(
  operation: Operation,
  {
    key,
    change,
    random,
  }: { readonly key: 'parameters' | 'answers'; readonly random: Random } & Pick<Parts<Part>, 'change'>,
): readonly Operation[] | null {
  const parts = operation[key] as readonly unknown[] as readonly Part[]; // The key that goes with the part.
  if (parts.length === 0) return null;
  const at = random.integer(0, parts.length - 1);
  const changed = change(parts[at] as Part, random); // Within the list.
  return changed && [{ ...operation, [key]: parts.with(at, changed) }];
}

function withStatus(
  operation: Operation,
  { random, isSuccess }: { readonly random: Random; readonly isSuccess: boolean },
): readonly Operation[] | null {
  const known = operation.answers.map(({ status }) => status);
  const free = statuses.filter((status) => status.startsWith('2') === isSuccess && !known.includes(status));
  if (free.length === 0) return null;
  const answer: Answer = { status: random.pick(free), types: ['application/json'], headers: [] };
  return [{ ...operation, answers: [...operation.answers, answer] }];
}

function withOneMore(some: readonly string[], all: readonly string[], random: Random): readonly string[] {
  return [...some, random.pick(all.filter((one) => !some.includes(one)))];
}

/** An API with one of its operations edited, and the edit. */
export interface EditedApi {
  readonly edit: ApiEdit;
  readonly changed: Api;
}

/** Chooses an edit that this API can have; each kind is as likely as the others. */
export function editApi(api: Api, random: Random): EditedApi {
  for (const edit of random.sample(apiEdits, apiEdits.length)) {
    for (const operation of random.sample(api, api.length)) {
      const changed = edit.apply(operation, random);
      if (changed) return { edit, changed: api.flatMap((one) => (one === operation ? changed : [one])) };
    }
  }
  throw new Error('Every API can have one operation more.');
}
