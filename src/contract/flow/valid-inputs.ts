import type { FieldPlan, Plan } from '../../api/plan.ts';
import { ASTRAL, fieldsIn, goodBody, type Input, type InputsContext, isRecord } from './inputs.ts';

/** More than any buffer of a line or a title, and less than any limit of a body. */
const LONG_CHARS = 20_000;
/** A created session is there for its project alone, and could not be found again to be deleted. */
const CREATED = 201;

/** Values of a parameter that are written in another way, or are not what most clients send. */
const TEXTS: Partial<Record<Plan['kind'], readonly string[]>> = {
  uuid: [
    '00000000-0000-4000-8000-00000000abcd',
    '00000000-0000-4000-8000-00000000ABCD',
    'abcdef0000004000800000000000ABCD',
  ],
};

/** Every input that the schemas accept and that a server may have forgotten, each with one variation. */
export function validInputs(context: InputsContext): Input[] {
  const { operation, edition, index } = context;
  const good = goodBody(operation, edition, index);
  return [
    ...(operation.success.status === CREATED ? [] : parameters(fieldsIn(operation.query, edition), good)),
    ...envelopes(good),
    ...bodies(context, good),
  ];
}

function parameters(fields: readonly FieldPlan[], body: unknown): Input[] {
  return fields.flatMap(({ name, plan }) =>
    (TEXTS[plan.kind === 'nullable' ? plan.inner.kind : plan.kind] ?? []).map((text) => ({
      ...{ name: `${name}=${text}`, place: [], query: { [name]: text }, body },
    })),
  );
}

/** The same request in another envelope: header fields, and the ways to write them, that HTTP and the models allow. */
function envelopes(body: unknown): Input[] {
  const input = (name: string, rest: Partial<Input>): Input => ({ name, place: [], query: {}, body, ...rest });
  return [
    input('with a cookie session', { headers: { cookie: 'session=chat-mock' } }),
    input('with the scheme written bearer', { scheme: 'bearer' }),
    input('with the scheme written BEARER', { scheme: 'BEARER' }),
    input('with accept: */*', { headers: { accept: '*/*' } }),
    ...(body === undefined
      ? []
      : [
          input('with a charset', { headers: { 'content-type': 'application/json; charset=utf-8' } }),
          input('with the media type in capitals', { headers: { 'content-type': 'Application/JSON' } }),
          input('with a body written with blanks and escapes', { rawBody: writeOddly(body) }),
        ]),
  ];
}

/** JSON with line breaks, and the first letter of each text as an escape. */
function writeOddly(body: unknown): string {
  return JSON.stringify(body, null, 2).replaceAll(
    /"([a-zA-Z])/g,
    (_, letter: string) => `"\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function bodies({ operation, edition, index }: InputsContext, good: unknown): Input[] {
  if (operation.body === null) return [];
  const { required, plan } = operation.body;
  const input = (name: string, rest: Partial<Input>): Input => ({ name, place: [], query: {}, ...rest });
  const inputs = required
    ? []
    : [input('no body', {}), input('body null', { body: null }), input('body {}', { body: {} })];
  if (plan.kind !== 'object' || !isRecord(good)) return inputs;
  inputs.push(input('unknown keys', { body: { ...good, chat_mock_unknown: { deep: [null] } } }));
  for (const field of fieldsIn(plan.fields, edition))
    for (const { name, value } of edgeValues(field.plan, index))
      inputs.push(input(`${field.name} ${name}`, { body: { ...good, [field.name]: value } }));
  return inputs;
}

function edgeValues(plan: Plan, index: string): { readonly name: string; readonly value: unknown }[] {
  switch (plan.kind) {
    case 'nullable':
      return [{ name: 'null', value: null }, ...edgeValues(plan.inner, index)];
    case 'string':
      return [
        { name: 'empty', value: '' },
        { name: 'of blanks', value: ' \n\t ' },
        ...(plan.maxLength === undefined
          ? [{ name: `of ${LONG_CHARS} characters`, value: 'x'.repeat(LONG_CHARS) }]
          : [
              { name: `of ${plan.maxLength} characters`, value: 'x'.repeat(plan.maxLength) },
              { name: `of ${plan.maxLength} astral characters`, value: ASTRAL.repeat(plan.maxLength) },
            ]),
      ];
    case 'list': {
      const many = plan.maxItems ?? (plan.minItems ?? 0) + 10;
      const items = Array.from({ length: many }, (_, at) => (at === 0 ? index : `${index}-${at}`));
      return [
        ...(plan.minItems === undefined ? [{ name: 'empty', value: [] }] : []),
        { name: `of ${many} items`, value: items },
        { name: 'with the same item twice', value: [index, index] },
      ];
    }
    case 'literal':
      return plan.values.map((value) => ({ name: JSON.stringify(value), value }));
    case 'boolean':
      return [
        { name: 'true', value: true },
        { name: 'false', value: false },
      ];
    case 'integer':
    case 'uuid':
    case 'object':
      return [];
  }
}
