import { expect, test } from 'vitest';
import { parseQuery } from '../../../src/server/fastapi/parse-query.ts';
import { readCases } from './read-cases.ts';

const { queries } = readCases<{ queries: readonly { query: string; values: Readonly<Record<string, string>> }[] }>(
  'fastapi-cases.json',
);

test.each(queries)('"$query" is read as Starlette reads it', ({ query, values }) => {
  expect([...parseQuery(query)].sort()).toEqual(Object.entries(values).sort());
});
