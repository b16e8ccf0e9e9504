import type { z } from 'zod';
import type { NamedOptions, Option } from './option.ts';
import { readText, typeOf } from './settings.ts';

/** An empty list must not pass for a setting that was left out: `apiKey: []` would make every key good. */
export const EMPTY_LIST = 'is an empty list. Name at least one value, or leave it out.';

/** The schema of a configuration file in JSON or YAML, made of the option table; loads zod. */
export async function configSchema(options: NamedOptions): Promise<z.ZodType<object>> {
  const { z } = await import('zod');
  const settings = Object.entries(options).map(([name, candidates]) => {
    const setting = z.unknown().superRefine((value, context) => {
      for (const { path, message } of problemsOf(candidates, value))
        context.addIssue({ code: 'custom', path, message });
    });
    return [name, setting.optional()];
  });
  return z.strictObject(Object.fromEntries(settings));
}

/** The mistakes in a value that at least one of these options must accept. */
function problemsOf(options: readonly Option[], value: unknown): { path: number[]; message: string }[] {
  if (!Array.isArray(value)) return problemOf(options, value).map((message) => ({ path: [], message }));
  const repeatable = options.filter(({ kind }) => kind === 'repeatable');
  if (repeatable.length === 0) return [{ path: [], message: 'is a list, but this setting takes one value' }];
  if (value.length === 0) return [{ path: [], message: EMPTY_LIST }];
  return value.flatMap((item, index) => problemOf(repeatable, item).map((message) => ({ path: [index], message })));
}

function problemOf(options: readonly Option[], value: unknown): string[] {
  const isScalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  if (!isScalar) return ['is neither a text nor a number nor true or false'];
  // Any directory works here: it changes what a relative path means, not whether it is valid.
  const readings = options.map((option) => readText(typeOf(option), String(value), '/'));
  const problems = readings.flatMap((reading) => (reading.ok ? [] : [`${reading.reason}. ${reading.advice}`]));
  return problems.length < readings.length ? [] : [`cannot be used: ${[...new Set(problems)].join(' Or: ')}`];
}
