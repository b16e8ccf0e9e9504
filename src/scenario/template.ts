import type { Random } from '../runtime/random.ts';
import { ESCAPED_BRACES } from './braces.ts';

/** Fills `{{module.method}}` templates with fake data, chosen by `random`. */
export type Fill = (text: string, random: Random) => string;

/** Creates what fills the templates of one turn: its limits are those of a whole turn. */
export interface CreateFill {
  (): Fill;
  /** The `module.method` that was most likely meant with a name; only with faker at hand. */
  readonly suggest?: (name: string) => string | null;
}

/** Returns whether a value, such as a scenario, contains a template. */
export function hasTemplates(value: unknown): boolean {
  return JSON.stringify(value).replaceAll(ESCAPED_BRACES, '').includes('{{');
}

/** The same with a cache, for values that are checked repeatedly. */
export function createTemplateCheck(): (value: object) => boolean {
  const known = new WeakMap<object, boolean>();
  return (value) => {
    const answer = known.get(value) ?? hasTemplates(value);
    known.set(value, answer);
    return answer;
  };
}

/** Loads faker on demand; importing it takes about 25 ms. */
export async function loadFill(): Promise<CreateFill> {
  const [{ faker }, { prepareFill }] = await Promise.all([
    import('@faker-js/faker/locale/en'),
    import('./fake-data.ts'),
  ]);
  return prepareFill(faker);
}
