import type { Faker } from '@faker-js/faker';
import type { Random } from '../runtime/random.ts';

/** Fills `{{module.method}}` templates with fake data; the random decides which. */
export type Fill = (text: string, random: Random) => string;

/** Whether anything in a value (a scenario, say) needs fake data. */
export function hasTemplates(value: unknown): boolean {
  return JSON.stringify(value).includes('{{');
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
