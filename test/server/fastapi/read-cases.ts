import { readFileSync } from 'node:fs';

/** A file of test/data. What is in it is the test's own business. */
export function readCases<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../data/${name}`, import.meta.url), 'utf8')) as T; // Our own files.
}
