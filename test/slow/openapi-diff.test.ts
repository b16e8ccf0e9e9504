import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { parseOpenApi } from '../../src/openapi/diff/index.ts';
import { diffDocuments } from '../../src/openapi/index.ts';
import { large } from '../openapi/diff/support/large.ts';

const SIZE = 5_000;

/** Prints the processor time of a step. */
function measure<Result>(what: string, run: () => Result): Result {
  const startUs = process.cpuUsage().user;
  const result = run();
  process.stderr.write(`${what}: ${Math.round((process.cpuUsage().user - startUs) / 1000)} ms\n`);
  return result;
}

test.each(Object.entries(large))('%s, large', { timeout: 300_000 }, (name, write) => {
  const [before, after] = [write(SIZE, 0), write(SIZE, 1)];
  const sizeMb = (JSON.stringify(before).length / 1e6).toFixed(1);
  const { changes, notes } = measure(`${name}, ${sizeMb} MB`, () => diffDocuments(before, after));
  expect(changes.length + notes.length).toBeGreaterThan(0);
});

test('50,000 values, each of them another one', { timeout: 300_000 }, () => {
  const write = large['a list of values'];
  const { changes } = measure('50,000 values', () => diffDocuments(write?.(50_000, 0), write?.(50_000, 1)));
  expect(changes).toHaveLength(200_000);
});

test('two documents of 1.5 MB of YAML, read and compared', { timeout: 300_000 }, () => {
  const [before = '', after = ''] = ([0, 1] as const).map((edition) =>
    stringify(large['operations that share a schema']?.(SIZE, edition)),
  );
  const read = (text: string) => {
    const parsed = parseOpenApi({ file: 'large.yaml', text });
    return 'value' in parsed ? parsed.value : parsed.problems;
  };
  const documents = measure(`reading 2 × ${(before.length / 1e6).toFixed(1)} MB of YAML`, () => [
    read(before),
    read(after),
  ]);
  const { changes } = measure('comparing them', () => diffDocuments(documents[0], documents[1]));
  expect(changes.map(({ kind }) => kind)).toEqual(['type-changed']);
});
