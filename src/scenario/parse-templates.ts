import type { Issue } from '../runtime/parse-issue.ts';
import { createRandom } from '../runtime/random.ts';
import type { Step } from './schema.ts';
import { splitTemplates } from './split-templates.ts';
import type { Fill } from './template.ts';

/** The keys of a step in which templates are filled. */
const filled = ['think', 'text', 'fail', 'arguments', 'result', 'together'];

/** Templates that cannot be filled, and braces that look like one: they would reach the client as they stand. */
export function checkTemplates(
  steps: readonly Step[],
  { path, fill }: { readonly path: readonly PropertyKey[]; readonly fill: Fill },
): Issue[] {
  return steps.flatMap((step, index) => checkFilled(step, { path: [...path, index], fill }));
}

interface Place {
  readonly path: readonly PropertyKey[];
  readonly fill: Fill;
}

function checkFilled(step: object, { path, fill }: Place): Issue[] {
  return Object.entries(step)
    .filter(([key]) => filled.includes(key))
    .flatMap(([key, value]) =>
      key === 'together'
        ? (value as readonly object[]).flatMap((tool, index) =>
            checkFilled(tool, { path: [...path, key, index], fill }),
          ) // Steps of one kind.
        : checkTexts(value, { path: [...path, key], fill }),
    );
}

function checkTexts(value: unknown, { path, fill }: Place): Issue[] {
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, inner]) =>
      checkTexts(inner, { path: [...path, Array.isArray(value) ? Number(key) : key], fill }),
    );
  if (typeof value !== 'string') return [];
  const message = findBraces(value) ?? tryTemplates(value, fill);
  return message === null ? [] : [{ path, message }];
}

function findBraces(text: string): string | null {
  for (const part of splitTemplates(text)) {
    const wrong = part.kind === 'text' ? /\{\{[^}]{0,40}\}{0,2}/.exec(part.text)?.[0] : undefined;
    if (wrong !== undefined) return `"${wrong}" is no template; write {{module.method}}, as in {{company.name}}`;
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
    return error instanceof Error ? error.message : String(error);
  }
}
