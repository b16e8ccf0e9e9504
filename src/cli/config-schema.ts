import type { z } from 'zod';
import type { Option, Options } from './option.ts';
import { readText } from './settings.ts';
import { onOff } from './value-types.ts';

/** The schema of a configuration file in JSON or YAML, made of the option table; loads zod. */
export async function configSchema(options: Options): Promise<z.ZodType<object>> {
  const { z } = await import('zod');
  const settings = Object.entries(options).map(([name, option]) => {
    const setting = z.unknown().superRefine((value, context) => {
      for (const { path, message } of problemsOf(option, value)) context.addIssue({ code: 'custom', path, message });
    });
    return [name, setting.optional()];
  });
  return z.strictObject(Object.fromEntries(settings));
}

function problemsOf(option: Option, value: unknown): { path: number[]; message: string }[] {
  if (!Array.isArray(value)) return problemOf(option, value).map((message) => ({ path: [], message }));
  if (option.kind !== 'repeatable') return [{ path: [], message: 'is a list, but one value is all it takes' }];
  return value.flatMap((item, index) => problemOf(option, item).map((message) => ({ path: [index], message })));
}

function problemOf(option: Option, value: unknown): string[] {
  const isScalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  if (!isScalar) return ['is neither a text nor a number nor true or false'];
  const type = option.kind === 'switch' ? onOff : option.type;
  // Any directory will do here: where a relative path starts from decides what it means, not whether it is good.
  const reading = readText(type, String(value), '/');
  return reading.ok ? [] : [`cannot be used: ${reading.reason}. ${reading.advice}`];
}
