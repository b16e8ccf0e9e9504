import { z } from 'zod';
import { lifetimes } from './lifetimes.ts';
import { type Operation, type OperationId, operations } from './operations.ts';
import type { FieldPlan, OperationPlan, Plan } from './plan.ts';

/** The operations table as plain data. */
export function planOperations(): Record<OperationId, OperationPlan> {
  const entries = Object.entries<Operation>(operations).map(
    ([id, operation]) => [id, planOperation(operation)] as const,
  );
  return Object.fromEntries(entries) as Record<OperationId, OperationPlan>; // Entries in, entries out.
}

function planOperation({ method, path, greedy, success, query, body, since, until }: Operation): OperationPlan {
  return {
    method: method.toUpperCase() as OperationPlan['method'], // The same three words, written large.
    path,
    success: { kind: success.kind, status: success.status },
    ...(greedy && { greedy }),
    query: planFields(query),
    body: body ? { required: body.required, plan: toPlan(body.schema) } : null,
    ...(since && { since }),
    ...(until && { until }),
  };
}

function planFields(schema: z.ZodObject): FieldPlan[] {
  return Object.entries<z.ZodType>(schema.shape as Record<string, z.ZodType>).map(([name, whole]) => {
    const lifetime = lifetimes.get(whole) ?? {};
    if (whole instanceof z.ZodDefault) {
      const fallback = whole.def.defaultValue as string | number | boolean;
      return { name, required: false, plan: toPlan(whole.def.innerType as z.ZodType), fallback, ...lifetime };
    }
    const optional = whole instanceof z.ZodOptional;
    return {
      name,
      required: !optional,
      plan: toPlan(optional ? (whole.def.innerType as z.ZodType) : whole),
      ...lifetime,
    };
  });
}

function toPlan(schema: z.ZodType): Plan {
  if (schema instanceof z.ZodNullable) return { kind: 'nullable', inner: toPlan(schema.def.innerType as z.ZodType) };
  if (schema instanceof z.ZodUnion) {
    const [inner, ...others] = schema.options.filter((option) => !(option instanceof z.ZodNull)) as z.ZodType[];
    if (inner && others.length === 0) return { kind: 'nullable', inner: toPlan(inner) };
  }
  if (schema instanceof z.ZodObject) return { kind: 'object', fields: planFields(schema) };
  if (schema instanceof z.ZodArray) {
    const limits = z.toJSONSchema(schema);
    return {
      kind: 'list',
      item: toPlan(schema.def.element as z.ZodType),
      ...(limits.minItems !== undefined && { minItems: limits.minItems }),
      ...(limits.maxItems !== undefined && { maxItems: limits.maxItems }),
    };
  }
  if (schema instanceof z.ZodUUID) return { kind: 'uuid' };
  if (schema instanceof z.ZodString)
    return { kind: 'string', ...(schema.maxLength !== null && { maxLength: schema.maxLength }) };
  if (schema instanceof z.ZodNumber && schema.isInt) return { kind: 'integer' };
  if (schema instanceof z.ZodBoolean) return { kind: 'boolean' };
  if (schema instanceof z.ZodEnum) return { kind: 'literal', values: schema.options as string[] };
  throw new TypeError(
    `Failed to plan a request schema: no plan for zod's ${schema.def.type}. Add it to plan.ts and the interpreter.`,
  );
}
