import { expect, test } from 'vitest';
import { type Call, instantMock, newSession } from '../support/client.ts';
import { ask, controlled } from '../support/control.ts';

const inWorld =
  (call: Call, headers: Record<string, string>): Call =>
  (route, options) =>
    call(route, { ...options, headers: { ...options?.headers, ...headers } });

/** A session and a turn in a world: what depends on its seed. */
async function transcript(call: Call, headers: Record<string, string> = {}): Promise<string> {
  return `${await newSession(inWorld(call, headers))} ${await (await ask(inWorld(call, headers))).text()}`;
}

const of = (seed: number | string) => transcript(instantMock({ seed }).call);

test('a reset gives one world a seed of its own, and the next one takes it away', async () => {
  const { call, control } = controlled();
  await transcript(call);
  expect((await control('POST reset', { seed: 7 })).status).toBe(200);
  expect(await transcript(call)).toBe(await of(7));
  await control('POST reset', { seed: 'autumn' }, { 'x-test-id': 'a' });
  expect(await transcript(call, { 'x-test-id': 'a' })).toBe(await of('autumn'));
  expect(await transcript(call, { 'x-test-id': 'b' })).toBe(await of(1));
  await control('POST reset', {});
  expect(await transcript(call)).toBe(await of(1));
});

test('the header X-Mock-Seed is the seed of a world that begins with it, and of no other', async () => {
  const { call } = instantMock();
  const first = await newSession(inWorld(call, { 'x-test-id': 'a', 'x-mock-seed': '7' }));
  expect(first).toBe(await newSession(instantMock({ seed: 7 }).call));
  // It has begun: another seed changes nothing.
  const second = await newSession(inWorld(call, { 'x-test-id': 'a', 'x-mock-seed': '8' }));
  const { call: same } = instantMock({ seed: 7 });
  await newSession(same);
  expect(second).toBe(await newSession(same));
});

test('a seed for all worlds is refused', async () => {
  const { control } = controlled();
  const { status, body } = await control('POST reset', { all: true, seed: 7 });
  expect([status, body.error.message]).toEqual([400, expect.stringContaining('a seed is for one world')]);
});
