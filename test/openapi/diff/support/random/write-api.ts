import type { JsonObject } from '../../../../../src/openapi/json.ts';
import { type Answer, type Api, type Operation, type Parameter, type SchemeName, schemes } from './api-model.ts';
import { choosing, isModern, type Pen, refer, turn, turnList } from './pen.ts';

/** Writes what an API means, in one of many ways. */
export function writeApi(pen: Pen, api: Api): JsonObject {
  const names = nameSchemes(pen, api);
  const shared = pen.choose(true, false) ? pen.choose(...api).security : null;
  const paths = new Map<string, Record<string, unknown>>();
  const base = pen.choose('', '/v1');
  const isBaseInServer = pen.choose(true, false);
  for (const operation of turnList(pen, api)) {
    const address = isBaseInServer ? operation.path : `/v1${operation.path}`;
    const item = paths.get(address) ?? {};
    paths.set(address, item);
    const isAlone = api.filter(({ path }) => path === operation.path).length === 1;
    const { parameters, ...rest } = writeOperation(pen, operation, { names, shared });
    const where = choosing<'path' | 'operation' | 'both'>(pen, {
      'parameters of an operation': () => 'operation',
      'parameters of a path': isAlone ? () => 'path' : null,
      'parameters of a path, written again': isAlone ? () => 'both' : null,
    });
    if (where !== 'operation') item['parameters'] = parameters;
    item[operation.method] = turn(pen, where === 'path' ? rest : { ...rest, parameters });
  }
  return {
    servers: [{ url: `https://api.example.test${isBaseInServer ? '/v1' : base === '/v1' ? '/' : ''}` }],
    ...(shared && { security: writeSecurity(pen, shared, names) }),
    paths: Object.fromEntries(paths),
  } as JsonObject; // All of it was made of JSON.
}

type Names = Readonly<Record<SchemeName, string>>;

function nameSchemes(pen: Pen, api: Api): Names {
  const style = pen.choose('', 'my-');
  const names: Names = { key: `${style}key`, basic: `${style}basic`, bearer: `${style}bearer` };
  const written = { ...schemes, bearer: { ...schemes.bearer, scheme: pen.choose('bearer', 'Bearer') } };
  const used = new Set(api.flatMap(({ security }) => security.flat()));
  if (used.size > 0)
    pen.components['securitySchemes'] = Object.fromEntries([...used].map((one) => [names[one], written[one]]));
  return names;
}

function writeSecurity(pen: Pen, security: Operation['security'], names: Names): readonly JsonObject[] {
  return turnList(pen, security).map((needs) =>
    Object.fromEntries(turnList(pen, needs).map((one) => [names[one], []])),
  );
}

interface Surroundings {
  readonly names: Names;
  /** What the document says for operations that say nothing of their own. */
  readonly shared: Operation['security'] | null;
}

function writeOperation(pen: Pen, operation: Operation, { names, shared }: Surroundings) {
  const { id, isDeprecated, body, answers, security } = operation;
  const isInherited = JSON.stringify(security) === JSON.stringify(shared ?? []);
  const inPath = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({ name, in: 'path' }));
  const parameters = [
    ...inPath.map((one) => ({ ...one, required: true, schema: { type: 'string' } })),
    ...operation.parameters.map((one) => writeParameter(pen, one)),
  ];
  return {
    operationId: id,
    ...(isDeprecated ? { deprecated: true } : pen.choose({}, { deprecated: false })),
    ...(!(isInherited && pen.choose(true, false)) && { security: writeSecurity(pen, security, names) }),
    parameters: turnList(pen, parameters).map((one) =>
      choosing<JsonObject>(pen, {
        'inline parameter': () => turn(pen, one),
        'component parameter': () => refer(pen, 'parameters', one),
      }),
    ),
    ...(body && {
      requestBody: choosing<JsonObject>(pen, {
        'inline body': () => writeBody(pen, body),
        'component body': () => refer(pen, 'requestBodies', writeBody(pen, body)),
      }),
    }),
    responses: Object.fromEntries(turnList(pen, answers).map((answer) => [answer.status, writeAnswer(pen, answer)])),
  };
}

function writeParameter(pen: Pen, { name, required, explode, maxLength, in: place }: Parameter): JsonObject {
  // What a header's style is by default, and a query's.
  const usual = place !== 'header';
  return {
    name: place === 'header' ? pen.choose(name, name.toUpperCase()) : name,
    in: place,
    ...(required ? { required } : pen.choose({}, { required })),
    ...(explode === usual ? pen.choose({}, { explode }) : { explode }),
    ...pen.choose({}, { style: place === 'header' ? 'simple' : 'form' }),
    schema: { type: 'string', ...(maxLength !== null && { maxLength }) },
  };
}

function writeBody(pen: Pen, { required, types }: NonNullable<Operation['body']>): JsonObject {
  return turn(pen, { ...(required ? { required } : pen.choose({}, { required })), content: writeContent(pen, types) });
}

function writeAnswer(pen: Pen, { types, headers }: Answer): JsonObject {
  const written = {
    description: 'ok',
    ...(types.length > 0 ? { content: writeContent(pen, types) } : pen.choose({}, { content: {} })),
    ...(headers.length > 0 && {
      headers: Object.fromEntries(
        turnList(pen, headers).map(({ name, required }) => {
          const header = { ...(required ? { required } : pen.choose({}, { required })), schema: { type: 'string' } };
          const place = choosing<JsonObject>(pen, {
            'inline header': () => header,
            'component header': () => refer(pen, 'headers', header),
          });
          return [pen.choose(name, name.toLowerCase()), place];
        }),
      ),
    }),
  } as JsonObject; // All of it was made of JSON.
  return choosing<JsonObject>(pen, {
    'inline answer': () => turn(pen, written),
    'component answer': () => refer(pen, 'responses', written),
    'component answer with a text of its own': isModern(pen)
      ? () => ({ ...refer(pen, 'responses', written), description: 'ok' })
      : null,
  });
}

function writeContent(pen: Pen, types: readonly string[]): JsonObject {
  return Object.fromEntries(
    turnList(pen, types).map((type) => [pen.choose(type, type.toUpperCase()), { schema: { type: 'string' } }]),
  );
}
