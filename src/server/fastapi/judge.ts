import { type Edition, existsIn } from '../../api/editions.ts';
import type { FieldPlan, Plan } from '../../api/plan.ts';
import { judgeBoolean } from './judge-boolean.ts';
import { judgeInteger } from './judge-integer.ts';
import { judgeString } from './judge-string.ts';
import { judgeUuid } from './judge-uuid.ts';
import { LongInteger, WholeFloat } from './python-numbers.ts';
import { type DetailItem, gather, isFull, Refusal, refuse, refuseMissing, refuseSurrogates } from './refusal.ts';

/** Judges a decoded value as Pydantic's lax mode does: the value it makes of it, or a `Refusal`. */
export function judge(plan: Plan, value: unknown, edition: Edition): unknown {
  switch (plan.kind) {
    case 'string':
      return judgeString(value, plan.maxLength);
    case 'integer':
      return refuseSurrogates(value) ?? judgeInteger(value);
    case 'boolean':
      return refuseSurrogates(value) ?? judgeBoolean(value);
    case 'uuid':
      return refuseSurrogates(value) ?? judgeUuid(value);
    case 'literal':
      return refuseSurrogates(value) ?? judgeLiteral(plan, value);
    case 'list':
      return judgeList(plan, value, edition);
    case 'nullable':
      return value === null ? null : judge(plan.inner, value, edition);
    case 'object':
      return judgeObject(plan.fields, value, edition);
  }
}

function judgeLiteral({ values }: Extract<Plan, { kind: 'literal' }>, value: unknown): unknown {
  if (typeof value === 'string' && values.includes(value)) return value;
  const quoted = values.map((one) => `'${one}'`);
  const expected = [quoted.slice(0, -1).join(', '), ...quoted.slice(-1)].filter(Boolean).join(' or ');
  return refuse({ type: 'literal_error', msg: `Input should be ${expected}`, input: value, ctx: { expected } });
}

function judgeList(plan: Extract<Plan, { kind: 'list' }>, value: unknown, edition: Edition): unknown {
  if (!Array.isArray(value)) return refuse({ type: 'list_type', msg: 'Input should be a valid list', input: value });
  const { item, minItems = 0, maxItems = Number.POSITIVE_INFINITY } = plan;
  // Pydantic gives up on the items, good or bad, where there are too many, but counts too few only of good ones.
  if (value.length > maxItems) {
    return refuse({
      type: 'too_long',
      msg: `List should have at most ${items(maxItems)} after validation, not ${value.length}`,
      input: value,
      ctx: { field_type: 'List', max_length: maxItems, actual_length: value.length },
    });
  }
  let problems: DetailItem[] | null = null;
  const judged: unknown[] = [];
  for (let index = 0; index < value.length && !isFull(problems); index += 1) {
    const result = judge(item, value[index], edition);
    if (result instanceof Refusal) problems = gather(problems, { refusal: result, place: [index] });
    else judged.push(result);
  }
  if (problems) return new Refusal(problems);
  if (value.length >= minItems) return judged;
  return refuse({
    type: 'too_short',
    msg: `List should have at least ${items(minItems)} after validation, not ${value.length}`,
    input: value,
    ctx: { field_type: 'List', min_length: minItems, actual_length: value.length },
  });
}

function items(count: number): string {
  return `${count} item${count === 1 ? '' : 's'}`;
}

function judgeObject(fields: readonly FieldPlan[], value: unknown, edition: Edition): unknown {
  if (!isObject(value)) {
    return refuse({
      type: 'model_attributes_type',
      msg: 'Input should be a valid dictionary or object to extract fields from',
      input: value,
    });
  }
  let problems: DetailItem[] | null = null;
  const judged: Record<string, unknown> = {};
  for (const field of fields) {
    if (!existsIn(field, edition)) continue;
    const member = memberOf(value, field.name);
    const result = member === undefined ? absent(field, value) : judge(field.plan, member, edition);
    if (result instanceof Refusal) problems = gather(problems, { refusal: result, place: [field.name] });
    else judged[field.name] = result;
  }
  return problems ? new Refusal(problems) : judged;
}

/** What a field that was left out of `container` is worth. */
export function absent(field: FieldPlan, container: unknown): unknown {
  return field.required ? refuseMissing(container) : (field.fallback ?? null);
}

function isObject(value: unknown): value is object {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof WholeFloat) &&
    !(value instanceof LongInteger)
  );
}

/** Decoded JSON holds no undefined, so that undefined means there is none. */
function memberOf(container: object, name: string): unknown {
  if (container instanceof Map) return container.get(name);
  return Object.hasOwn(container, name) ? (container as Readonly<Record<string, unknown>>)[name] : undefined; // Own key.
}
