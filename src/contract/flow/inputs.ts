import { type Edition, existsIn } from '../../api/editions.ts';
import type { FieldPlan, OperationPlan, Plan } from '../../api/plan.ts';

type Place = readonly (string | number)[];

/** One variation of an accepted request; `place` is where a refusal must point. */
export interface Input {
  readonly name: string;
  readonly place: Place;
  readonly query: Readonly<Record<string, string>>;
  /** Undefined sends no body. */
  readonly body?: unknown;
  /** The text of the body, instead of `body`. */
  readonly rawBody?: string;
  /** Beside or instead of those that every request has. */
  readonly headers?: Readonly<Record<string, string>>;
  /** How the scheme of the key is written. */
  readonly scheme?: string;
}

/** Lengths count code points, as in Python, not UTF-16 units. */
export const ASTRAL = '😀';

/** Invalid query values by kind; the second UUID contains a letter that is not a hex digit. */
const BAD_TEXTS: Partial<Record<Plan['kind'], readonly string[]>> = {
  uuid: ['not-a-uuid', '00000000-0000-4000-8000-00000000000g'],
  integer: ['abc', '1.5'],
};
/** A request body that every server accepts. */
export function goodBody(operation: OperationPlan, edition: Edition, index: string): unknown {
  return operation.body === null ? undefined : goodValue(operation.body.plan, edition, index);
}

function goodValue(plan: Plan, edition: Edition, index: string): unknown {
  switch (plan.kind) {
    case 'string':
      return 'What has changed?';
    case 'integer':
      return 1;
    case 'boolean':
      return false;
    case 'uuid':
      return '00000000-0000-4000-8000-000000000000';
    case 'literal':
      return plan.values[0];
    case 'list':
      return [plan.item.kind === 'string' ? index : goodValue(plan.item, edition, index)];
    case 'nullable':
      return goodValue(plan.inner, edition, index);
    case 'object':
      return Object.fromEntries(
        plan.fields
          .filter((field) => field.required && existsIn(field, edition))
          .map((field) => [field.name, goodValue(field.plan, edition, index)]),
      );
  }
}

/** What variations of a request are built from. */
export interface InputsContext {
  readonly operation: OperationPlan;
  readonly edition: Edition;
  readonly index: string;
}

/** Every input that the schemas refuse, each with one mistake. */
export function invalidInputs({ operation, edition, index }: InputsContext): Input[] {
  const good = goodBody(operation, edition, index);
  const inputs = fieldsIn(operation.query, edition).flatMap((field) => invalidParameters(field, good));
  if (operation.body === null) return inputs;
  const { required, plan } = operation.body;
  const whole = (name: string, rest: object): Input => ({ name: `body ${name}`, place: ['body'], query: {}, ...rest });
  if (required) inputs.push(whole('missing', {}), whole('null', { body: null }));
  inputs.push(
    whole('a list', { body: [] }),
    whole('a text', { body: 'text' }),
    whole('broken JSON', { rawBody: '{"a": ' }),
  );
  if (plan.kind !== 'object' || !isRecord(good)) return inputs;
  for (const field of fieldsIn(plan.fields, edition)) {
    if (field.required) {
      const { [field.name]: _, ...rest } = good;
      inputs.push({ name: `${field.name} missing`, place: ['body', field.name], query: {}, body: rest });
    }
    for (const { name, place, value } of invalidValues(field.plan, index)) {
      const body = { ...good, [field.name]: value };
      inputs.push({ name: `${field.name} ${name}`, place: ['body', field.name, ...place], query: {}, body });
    }
  }
  return inputs;
}

function invalidParameters({ name, plan }: FieldPlan, body: unknown): Input[] {
  const inner = plan.kind === 'nullable' ? plan.inner : plan;
  return (BAD_TEXTS[inner.kind] ?? []).map((text) => ({
    name: `${name}=${text}`,
    place: ['query', name],
    query: { [name]: text },
    body,
  }));
}

interface BadValue {
  readonly name: string;
  readonly place: Place;
  readonly value: unknown;
}

function invalidValues(plan: Plan, index: string): BadValue[] {
  const here = (name: string, value: unknown): BadValue => ({ name, place: [], value });
  switch (plan.kind) {
    case 'nullable':
      return invalidValues(plan.inner, index).filter(({ value }) => value !== null);
    case 'string':
      return [
        here('null', null),
        here('a number', 7),
        here('true', true),
        here('a list', ['text']),
        here('an object', { text: 'text' }),
        ...(plan.maxLength === undefined
          ? []
          : [
              here(`of ${plan.maxLength + 1} characters`, 'x'.repeat(plan.maxLength + 1)),
              here(`of ${plan.maxLength + 1} astral characters`, ASTRAL.repeat(plan.maxLength + 1)),
            ]),
      ];
    case 'list':
      return [
        here('null', null),
        here('a text', index),
        here('an object', {}),
        ...(plan.minItems === undefined ? [] : [here('empty', [])]),
        ...(plan.maxItems === undefined
          ? []
          : [
              here(
                `of ${plan.maxItems + 1} items`,
                Array.from({ length: plan.maxItems + 1 }, (_, at) => `${index}-${at}`),
              ),
            ]),
        { name: 'with a number in it', place: [1], value: [index, 7] },
        { name: 'with null in it', place: [1], value: [index, null] },
        { name: 'with true in it', place: [1], value: [index, true] },
        { name: 'with a list in it', place: [1], value: [index, [index]] },
      ];
    case 'literal':
      return [here('of no known value', 'chat-mock-no-such-value'), here('a number', 7)];
    case 'boolean':
      return [here('null', null), here('a word', 'perhaps'), here('a list', [])];
    case 'integer':
    case 'uuid':
    case 'object':
      return [here('a list', [])];
  }
}

/** Keys that only later editions define; this edition ignores them, whatever their value. */
export function laterInputs({ operation, edition, index }: InputsContext): Input[] {
  const good = goodBody(operation, edition, index);
  if (operation.body?.plan.kind !== 'object' || !isRecord(good)) return [];
  return operation.body.plan.fields
    .filter((field) => field.since !== undefined && field.since > edition)
    .map(({ name }) => ({ name: `${name} of a later edition`, place: [], query: {}, body: { ...good, [name]: [7] } }));
}

/** The fields of an edition. */
export function fieldsIn(fields: readonly FieldPlan[], edition: Edition): FieldPlan[] {
  return fields.filter((field) => existsIn(field, edition));
}

/** Returns whether a value is a JSON object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
