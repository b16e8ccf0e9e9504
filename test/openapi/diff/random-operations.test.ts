import { expect, test } from 'vitest';
import { diffDocuments } from '../../../src/openapi/index.ts';
import { createRandom, type Random } from '../../../src/runtime/random.ts';
import { runs } from '../../support/runs.ts';
import { editApi } from './support/random/api-edits.ts';
import { type Api, randomApi } from './support/random/api-model.ts';
import { writeApi } from './support/random/write-api.ts';
import { writeDocument } from './support/random/write-document.ts';

/** The seeds that are tried; `TEST_ALL_RUNS=1 FIRST_SEED=5000` tries others. */
const ALL_RUNS = 500;
const FIRST_SEED = Number(process.env['FIRST_SEED'] ?? 0);

test('documents that say the same of every operation have no changes, however they are written', () => {
  checkSeeds('same', (random) => {
    const api = randomApi(random.fork('api'));
    return { what: 'none', pair: [api, api], expected: [] };
  });
});

test('a random edit of an operation is reported as what it is, in each direction', () => {
  checkSeeds('edit', (random) => {
    const api = randomApi(random.fork('api'));
    const { edit, changed } = editApi(api, random.fork('edit'));
    const isBack = random.chance(0.5);
    return {
      what: `${edit.name}${isBack ? ', undone' : ''}`,
      pair: isBack ? [changed, api] : [api, changed],
      expected: [isBack ? edit.back : edit.there],
    };
  });
});

interface Case {
  readonly what: string;
  readonly pair: readonly [before: Api, after: Api];
  readonly expected: readonly string[];
}

/** Judges a pair for each seed, and shows the smallest that was judged wrongly. */
function checkSeeds(name: string, make: (random: Random) => Case): void {
  const wrong: object[] = [];
  for (let seed = FIRST_SEED; seed < FIRST_SEED + runs(ALL_RUNS); seed++) {
    const random = createRandom(seed).fork(name);
    const { what, pair, expected } = make(random);
    const documents = pair.map((api, index) => writeApiDocument(random.fork('written', index), api));
    const told = tell(documents);
    if (told.join() !== expected.join())
      wrong.push({ seed, what, told, expected, documents: JSON.stringify(documents) });
  }
  const size = (one: object) => JSON.stringify(one).length;
  expect(wrong.toSorted((one, other) => size(one) - size(other))[0] ?? null).toBeNull();
}

function writeApiDocument(random: Random, api: Api): object {
  const place = { directions: [], write: (pen: Parameters<typeof writeApi>[0]) => writeApi(pen, api) };
  return writeDocument(random, place, () => ({})).document;
}

function tell([before = {}, after = {}]: readonly object[]): string[] {
  const { changes, notes, remarks } = diffDocuments(before, after);
  const told = changes
    .filter(({ kind }) => kind !== 'specification-changed')
    .map(({ kind, severity, direction }) => [kind, severity, direction].filter(Boolean).join(' '));
  return [...new Set([...told, ...notes, ...remarks])].sort();
}
