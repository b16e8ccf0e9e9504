import { messageOf } from '../runtime/errors.ts';
import type { Issue } from '../runtime/parse-issue.ts';
import { createRandom } from '../runtime/random.ts';
import { ESCAPED_BRACES } from './braces.ts';
import type { Step } from './schema.ts';
import { splitTemplates } from './split-templates.ts';
import { type CreateFill, type Fill, hasTemplates } from './template.ts';

/** The keys of a step in which templates are filled. */
const filled = ['think', 'text', 'fail', 'arguments', 'result', 'together'];

interface FilledText {
  readonly path: readonly PropertyKey[];
  readonly text: string;
}

/**
 * Checks, one for each text, that find templates that cannot be filled, and braces that look like one: they would reach
 * the client as they stand.
 */
export function listTemplateChecks(
  steps: readonly Step[],
  { path, createFill }: { readonly path: readonly PropertyKey[]; readonly createFill: CreateFill },
): (() => Issue[])[] {
  const fill = createFill();
  return findTexts(steps, path).map(({ path, text }) => () => {
    const message = findBraces(text, createFill) ?? tryTemplates(text, fill);
    return message === null ? [] : [{ path, message }];
  });
}

/** The places of templates, and of braces that look like some. */
export function findTemplates(steps: readonly Step[], path: readonly PropertyKey[]): (readonly PropertyKey[])[] {
  return findTexts(steps, path)
    .filter(({ text }) => hasTemplates(text))
    .map(({ path }) => path);
}

/** Every text of steps in which templates are filled. */
function findTexts(steps: readonly Step[], path: readonly PropertyKey[]): FilledText[] {
  return steps.flatMap((step, index) => findInStep(step, [...path, index]));
}

function findInStep(step: object, path: readonly PropertyKey[]): FilledText[] {
  return Object.entries(step)
    .filter(([key]) => filled.includes(key))
    .flatMap(([key, value]) =>
      key === 'together'
        ? (value as readonly object[]).flatMap((tool, index) => findInStep(tool, [...path, key, index])) // Steps of one kind.
        : findInValue(value, [...path, key]),
    );
}

function findInValue(value: unknown, path: readonly PropertyKey[]): FilledText[] {
  if (typeof value === 'string') return value.includes('{{') ? [{ path, text: value }] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    findInValue(inner, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}

function findBraces(text: string, { suggest }: CreateFill): string | null {
  for (const part of splitTemplates(text)) {
    const wrong = part.kind === 'text' ? /\{\{[^}]{0,40}\}{0,2}/.exec(part.text)?.[0] : undefined;
    if (wrong === undefined) continue;
    const near = suggest?.(wrong.replaceAll(/[\s{}]|\(.*/g, '')) ?? null;
    const advice = near === null ? 'write {{module.method}}, as in {{company.name}}.' : `did you mean "{{${near}}}"?`;
    return `"${wrong}" is not a template; ${advice} For literal braces write ${ESCAPED_BRACES}${wrong.slice(2)}`;
  }
  return null;
}

/** A name that faker does not know, or a number beyond the limits, would show only in the middle of a turn. */
function tryTemplates(text: string, fill: Fill): string | null {
  if (!text.includes('{{')) return null;
  try {
    fill(text, createRandom(1));
    return null;
  } catch (error) {
    return messageOf(error);
  }
}
