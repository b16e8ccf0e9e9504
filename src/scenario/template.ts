import type { Faker } from '@faker-js/faker';
import type { Random } from '../runtime/random.ts';

/** Fills `{{module.method}}` templates with fake data, chosen by `random`. */
export type Fill = (text: string, random: Random) => string;

/** Returns whether a value, such as a scenario, contains a template. */
export function hasTemplates(value: unknown): boolean {
  return JSON.stringify(value).includes('{{');
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
export async function loadFill(): Promise<Fill> {
  const { faker } = await import('@faker-js/faker/locale/en');
  return createFill(faker);
}

function createFill(faker: Faker): Fill {
  return (text, random) => {
    faker.seed(random.integer(0, 0x7fff_ffff));
    return faker.helpers.fake(text);
  };
}
