import { describe, expect, test } from 'vitest';
import type { Plan } from '../../../src/api/plan.ts';
import { encodeDetail, encodeValue } from '../../../src/server/fastapi/encode-value.ts';
import { judge } from '../../../src/server/fastapi/judge.ts';
import { parsePythonJson } from '../../../src/server/fastapi/parse-python-json.ts';
import { Refusal } from '../../../src/server/fastapi/refusal.ts';
import { readCases } from './read-cases.ts';

interface PydanticCases {
  readonly plans: Readonly<Record<string, Plan>>;
  readonly cases: readonly { plan: string; json: string; value?: string; problems?: string }[];
}

const { plans, cases } = readCases<PydanticCases>('pydantic-cases.json');

describe.each(Object.entries(plans))('%s', (name, plan) => {
  const ofPlan = cases.filter((one) => one.plan === name);

  test.each(ofPlan)('$json is judged as Pydantic judges it', ({ json, value, problems }) => {
    expect(answer(plan, json)).toBe(value === undefined ? problems : held(value));
  });
});

const digits = (count: number) => '7'.repeat(count);
test.each([
  ['4300 digits are read', digits(4300), null],
  ['so are 4300 digits after a plus, zeros and blanks', ` +00${digits(4300)}`, null],
  ['4301 digits are too many', digits(4301), 'int_parsing_size'],
  ['a minus counts', `-${digits(4300)}`, 'int_parsing_size'],
  ['too many are too many whatever follows', `${digits(4301)}x`, 'int_parsing_size'],
  ['but not when something precedes them', `+${digits(4301)}`, 'int_parsing'],
  ['or stands between them', `1_${digits(4300)}`, 'int_parsing'],
])('of integers in text, %s', (_, text, type) => {
  const judged = judge({ kind: 'integer' }, text, '2026-08');
  expect(judged instanceof Refusal ? judged.problems.map((problem) => problem.type) : null).toEqual(type && [type]);
});

test.each([
  ['blanks', ' '.repeat(1e6)],
  ['zeros', '0'.repeat(1e6)],
  ['digits', '1'.repeat(1e6)],
  ['underscores', '1_'.repeat(5e5)],
])('a million %s are refused without retrying', (_, run) => {
  const judged = [`${run}x`, `1${run}x`, `1.0${run}x`, `0 ${run}x`].map((text) =>
    judge({ kind: 'integer' }, text, '2026-08'),
  );
  expect(judged.every((one) => one instanceof Refusal)).toBe(true);
});

function answer(plan: Plan, json: string): string | undefined {
  const parsing = parsePythonJson(json);
  if (parsing.kind !== 'value') return undefined;
  const judged = judge(plan, parsing.value, '2026-08');
  if (!(judged instanceof Refusal)) return encodeValue(judged);
  return encodeDetail(judged.problems, '2026-08').slice('{"detail":'.length, -1);
}

/** Python's integers have no limit; ours are held within the safe ones. */
function held(value: string): string {
  return value.replace(/(?<![\d".-])-?\d{16,}(?![\d".])/g, (integer) => {
    if (BigInt(integer) > Number.MAX_SAFE_INTEGER) return String(Number.MAX_SAFE_INTEGER);
    return BigInt(integer) < Number.MIN_SAFE_INTEGER ? String(Number.MIN_SAFE_INTEGER) : integer;
  });
}
