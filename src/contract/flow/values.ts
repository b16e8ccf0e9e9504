/** The values a flow has saved, by name. */
export type Values = Map<string, unknown>;

const WHOLE = /^\{\{(\w+)\}\}$/;
const PART = /\{\{(\w+)\}\}/g;

/**
 * Fills `{{name}}` placeholders: a whole placeholder becomes the value itself, inside text it becomes text. `{ $repeat:
 * [text, count] }` becomes a long text.
 */
export function fillIn(template: unknown, values: Values): unknown {
  if (typeof template === 'string') return fillText(template, values);
  if (Array.isArray(template)) return template.map((item) => fillIn(item, values));
  if (typeof template !== 'object' || template === null) return template;
  if ('$repeat' in template && Array.isArray(template.$repeat)) {
    const [text, count] = template.$repeat;
    return String(text).repeat(Number(count));
  }
  return Object.fromEntries(Object.entries(template).map(([key, value]) => [key, fillIn(value, values)]));
}

function fillText(text: string, values: Values): unknown {
  const whole = WHOLE.exec(text)?.[1];
  if (whole !== undefined) return values.get(whole);
  return text.replace(PART, (_, name: string) => String(values.get(name) ?? ''));
}

/** The session_id that a step names; null where it names none. */
export function sessionOf({ session }: { readonly session?: string | undefined }, values: Values): string | null {
  return session === undefined ? null : String(fillIn(session, values) ?? '');
}

/** The value at a path such as `$.items[0].name`, or `$.items[*].name` for each item; undefined if there is none. */
export function valueAt(value: unknown, path: string): unknown {
  const keys = [...path.slice(1).matchAll(/\.([A-Za-z_]\w*)|\[(\d+|\*)\]/g)].map(
    ([, name, index]) => name ?? index ?? '',
  );
  return follow(value, keys);
}

function follow(value: unknown, [key, ...rest]: readonly string[]): unknown {
  if (key === undefined) return value;
  if (typeof value !== 'object' || value === null) return undefined;
  if (key === '*') return Array.isArray(value) ? value.map((item) => follow(item, rest)) : undefined;
  return follow((value as Readonly<Record<string, unknown>>)[key], rest); // Reading an unknown key is safe.
}

/** The value that ends a walk: an empty text or list, or anything that is neither. */
export function isEmpty(value: unknown): boolean {
  return typeof value === 'string' || Array.isArray(value) ? value.length === 0 : true;
}
