import type { Faker } from '@faker-js/faker';
import type { Random } from '../runtime/random.ts';

/** Fills `{{module.method}}` templates with fake data; the random decides which. */
export type Fill = (text: string, random: Random) => string;

/** Whether anything in a value (a scenario, say) needs fake data. */
export function hasTemplates(value: unknown): boolean {
  return JSON.stringify(value).includes('{{');
}

/** The same, looked up once for each value that is asked about again and again. */
export function createTemplateCheck(): (value: object) => boolean {
  const known = new WeakMap<object, boolean>();
  return (value) => {
    const answer = known.get(value) ?? hasTemplates(value);
    known.set(value, answer);
    return answer;
  };
}

/** Loads faker, which takes some 25 ms: only when something needs it. */
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
