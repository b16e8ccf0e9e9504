import type { Fault } from '../runtime/document.ts';
import type { Step } from './schema.ts';

/** A template as faker takes it, arguments allowed: `{{company.name}}`, `{{finance.amount(1, 2)}}`. */
const template = /\{\{[a-z]\w*\.[a-z]\w*(?:\(.*?\))?\}\}/gis;
/** The keys of a step in which templates are filled. */
const filled = ['think', 'text', 'fail', 'arguments', 'result', 'together'];

/** Braces that look like a template but are none: they would reach the client as they stand. */
export function checkTemplates(steps: readonly Step[], path: readonly PropertyKey[]): Fault[] {
  return steps.flatMap((step, index) => checkFilled(step, [...path, index]));
}

function checkFilled(step: object, path: readonly PropertyKey[]): Fault[] {
  return Object.entries(step)
    .filter(([key]) => filled.includes(key))
    .flatMap(([key, value]) =>
      key === 'together'
        ? (value as readonly object[]).flatMap((tool, index) => checkFilled(tool, [...path, key, index])) // Steps of one kind.
        : checkTexts(value, [...path, key]),
    );
}

function checkTexts(value: unknown, path: readonly PropertyKey[]): Fault[] {
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, inner]) =>
      checkTexts(inner, [...path, Array.isArray(value) ? Number(key) : key]),
    );
  if (typeof value !== 'string') return [];
  const wrong = /\{\{[^}]{0,40}\}{0,2}/.exec(value.replaceAll(template, ''))?.[0];
  if (wrong === undefined) return [];
  return [{ path, message: `"${wrong}" is no template; write {{module.method}}, as in {{company.name}}` }];
}
