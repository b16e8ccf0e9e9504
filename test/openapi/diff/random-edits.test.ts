import { expect, test } from 'vitest';
import { diffDocuments } from '../../../src/openapi/index.ts';
import { createRandom, type Random } from '../../../src/runtime/random.ts';
import { runs } from '../../support/runs.ts';
import { type Edit, type Expected, edits, type Spot, spotsOf } from './support/random/edits.ts';
import { type Meaning, randomMeaning } from './support/random/model.ts';
import { type Place, places, writeDocument } from './support/random/write-document.ts';
import { writeMeaning } from './support/random/write-schema.ts';

/** The seeds that are tried; `TEST_ALL_RUNS=1 FIRST_SEED=5000` tries others, and prints how often each edit was met. */
const ALL_RUNS = 800;
const FIRST_SEED = Number(process.env['FIRST_SEED'] ?? 0);

test('documents that mean the same have no changes, however they are written', () => {
  const met = new Map<string, number>();
  checkSeeds('same', (random) => {
    const meaning = randomMeaning(random.fork('meaning'));
    const [name, place] = random.pick(Object.entries(places));
    const judged = judgeMeanings(random, place, { before: meaning, after: meaning });
    for (const way of [...judged.ways, `in ${name}`]) met.set(way, (met.get(way) ?? 0) + 1);
    return { ...judged, expected: [] };
  });
  print('ways of writing', met);
});

test('a random edit is reported as what it is, in each direction', () => {
  const met = new Map<string, number>();
  checkSeeds('edit', (random) => {
    const meaning = randomMeaning(random.fork('meaning'));
    const able = spotsOf(meaning).flatMap((spot) => edits.flatMap((edit) => ableEdit(spot, edit)));
    const wanted = random.pick([...new Set(able.map(({ edit }) => edit.name))]);
    const { edit, spot, changed } = random.pick(able.filter((one) => one.edit.name === wanted));
    const [name, place] = random.pick(Object.entries(places));
    const isBack = random.chance(0.5);
    const pair = isBack ? { before: changed, after: meaning } : { before: meaning, after: changed };
    const what = `${edit.name}${isBack ? ', undone' : ''}`;
    for (const one of [what, `in ${name}`]) met.set(one, (met.get(one) ?? 0) + 1);
    const expected = expectedOf(isBack ? edit.back : edit.there, { place, spot });
    return { ...judgeMeanings(random, place, pair), what, expected };
  });
  print('edits', met);
});

interface Judged {
  readonly what?: string;
  readonly told: readonly string[];
  readonly expected: readonly string[];
  readonly documents: readonly [object, object];
}

/** Judges a document pair for each seed, and shows the smallest pair that was judged wrongly. */
function checkSeeds(name: string, judge: (random: Random) => Judged): void {
  const wrong: (Judged & { readonly seed: number; readonly size: number })[] = [];
  for (let seed = FIRST_SEED; seed < FIRST_SEED + runs(ALL_RUNS); seed++) {
    const judged = judge(createRandom(seed).fork(name));
    if (judged.told.join() === judged.expected.join()) continue;
    wrong.push({ ...judged, seed, size: JSON.stringify(judged.documents).length });
  }
  const smallest = wrong.toSorted((one, other) => one.size - other.size)[0] ?? null;
  expect(smallest && { ...smallest, documents: JSON.stringify(smallest.documents) }).toBeNull();
}

function ableEdit(spot: Spot, edit: Edit) {
  if (edit.isWhole && spot.isMember) return [];
  const changed = edit.apply(spot.meaning);
  return changed ? [{ edit, spot, changed: spot.replace(changed) }] : [];
}

function expectedOf(
  expected: Expected,
  { place, spot }: { readonly place: Place; readonly spot: Spot },
): readonly string[] {
  const seen = place.directions.filter((direction) => !spot.hiddenIn.has(direction));
  const told = seen.flatMap((direction) => {
    const one = expected[direction];
    return one ? [`${one.join(' ')} ${direction}`] : [];
  });
  const docs = expected.docs !== undefined && seen.length > 0 ? [`${expected.docs} docs-only`] : [];
  return [...told, ...docs].sort();
}

function judgeMeanings(
  random: Random,
  place: Place,
  { before, after }: { readonly before: Meaning; readonly after: Meaning },
) {
  const one = writeDocument(random.fork('before'), place, (pen) => writeMeaning(pen, before));
  const other = writeDocument(random.fork('after'), place, (pen) => writeMeaning(pen, after));
  const { changes, notes, remarks } = diffDocuments(one.document, other.document);
  const told = changes
    .filter(({ kind }) => kind !== 'specification-changed')
    .map(({ kind, severity, direction }) => [kind, severity, direction].filter(Boolean).join(' '));
  return {
    told: [...new Set([...told, ...notes, ...remarks])].sort(),
    ways: new Set([...one.ways, ...other.ways]),
    documents: [one.document, other.document] as const,
  };
}

function print(what: string, counts: ReadonlyMap<string, number>): void {
  if (!process.env['TEST_ALL_RUNS']) return;
  const lines = [...counts].sort(([, one], [, other]) => other - one).map(([name, count]) => `${count} × ${name}`);
  console.log(`${what}:\n  ${lines.join('\n  ')}`);
}
