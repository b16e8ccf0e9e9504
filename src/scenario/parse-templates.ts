import type { Issue } from '../runtime/parse-issue.ts';
import { createRandom } from '../runtime/random.ts';
import type { Step } from './schema.ts';
import type { Fill } from './template.ts';

/** A template as faker takes it, arguments allowed: `{{company.name}}`, `{{finance.amount(1, 2)}}`. */
const template = /\{\{[a-z]\w*\.[a-z]\w*(?:\(.*?\))?\}\}/gis;
/** The keys of a step in which templates are filled. */
const filled = ['think', 'text', 'fail', 'arguments', 'result', 'together'];

/** Braces that look like a template but are none: they would reach the client as they stand. */
export function checkTemplates(
  steps: readonly Step[],
  { path, fill }: { readonly path: readonly PropertyKey[]; readonly fill?: Fill | undefined },
): Issue[] {
  return steps.flatMap((step, index) => checkFilled(step, { path: [...path, index], fill }));
}

interface Place {
  readonly path: readonly PropertyKey[];
  readonly fill: Fill | undefined;
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
  const wrong = /\{\{[^}]{0,40}\}{0,2}/.exec(value.replaceAll(template, ''))?.[0];
  if (wrong !== undefined)
    return [{ path, message: `"${wrong}" is no template; write {{module.method}}, as in {{company.name}}` }];
  return (value.match(template) ?? []).flatMap((one) => tryTemplate(one, { path, fill }));
}

/** A name that faker does not know would show only in the middle of a turn. */
function tryTemplate(one: string, { path, fill }: Place): Issue[] {
  try {
    fill?.(one, createRandom(1));
    return [];
  } catch (error) {
    return [{ path, message: `${one} cannot be filled: ${error instanceof Error ? error.message : String(error)}` }];
  }
}
