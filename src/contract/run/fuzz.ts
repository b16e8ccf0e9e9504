import type { Edition } from '../../api/editions.ts';
import { existsIn } from '../../api/editions.ts';
import type { Plan } from '../../api/plan.ts';
import { missingPackage } from './fuzz-oracle.ts';

/** The fast-check package, an optional peer. */
export type FastCheck = typeof import('fast-check')['default'];

/** Loaded on first use: only `--fuzz` needs it. */
export async function loadFastCheck(): Promise<FastCheck> {
  try {
    return (await import('fast-check')).default;
  } catch (error) {
    throw missingPackage('fast-check', error);
  }
}

/** Bodies of an operation: mostly good parts, and now and then one that its schema refuses. */
export function arbitraryBody(fc: FastCheck, plan: Plan, edition: Edition): import('fast-check').Arbitrary<unknown> {
  const odd = fc.constantFrom<unknown>(null, 7, 1.5, true, [], {}, 'text', ['text', 7]);
  const good = ((): import('fast-check').Arbitrary<unknown> => {
    switch (plan.kind) {
      case 'string': {
        const longest = plan.maxLength ?? 40;
        return fc.oneof(
          fc.string({ unit: 'grapheme', maxLength: 30 }),
          fc.integer({ min: Math.max(0, longest - 2), max: longest + 2 }).map((length) => '😀'.repeat(length)),
        );
      }
      case 'list':
        return fc.array(arbitraryBody(fc, plan.item, edition), { maxLength: (plan.maxItems ?? 5) + 2 });
      case 'nullable':
        return fc.oneof(fc.constant(null), arbitraryBody(fc, plan.inner, edition));
      case 'literal':
        return fc.constantFrom(...plan.values, 'other');
      case 'boolean':
        return fc.boolean();
      case 'integer':
        return fc.integer();
      case 'uuid':
        return fc.uuid();
      case 'object': {
        const fields = plan.fields.filter((field) => existsIn(field, edition));
        const shape = Object.fromEntries(fields.map((field) => [field.name, arbitraryBody(fc, field.plan, edition)]));
        return fc.record(shape, { requiredKeys: [] });
      }
    }
  })();
  return fc.oneof({ arbitrary: good, weight: 9 }, { arbitrary: odd, weight: 1 });
}

/** Coercions that Pydantic does and schemas do not: no server is judged by them. */
export function isPlain(plan: Plan, value: unknown): boolean {
  switch (plan.kind) {
    case 'boolean':
      return typeof value === 'boolean' || value === null || typeof value === 'object';
    case 'nullable':
      return value === null || isPlain(plan.inner, value);
    case 'list':
      return !Array.isArray(value) || value.every((item) => isPlain(plan.item, item));
    case 'object':
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return true;
      return plan.fields.every(({ name, plan: inner }) => {
        const member = (value as Readonly<Record<string, unknown>>)[name]; // Reading an unknown key is safe.
        return member === undefined || isPlain(inner, member);
      });
    case 'string':
    case 'integer':
    case 'uuid':
    case 'literal':
      return true;
  }
}
