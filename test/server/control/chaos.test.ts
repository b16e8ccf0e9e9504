import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../src/runtime/random.ts';
import { Chaos, type ChaosRule } from '../../../src/world/chaos.ts';
import type { RequestFacts } from '../../../src/world/request-match.ts';
import { newSession, readEvents } from '../../support/client.ts';
import { ask, controlled } from '../../support/control.ts';

const list = 'GET /api/v1/chat';

/** The statuses of so many requests. */
async function statuses(
  { call }: Pick<ReturnType<typeof controlled>, 'call'>,
  count: number,
  route = list,
): Promise<number[]> {
  const seen = [];
  for (let index = 0; index < count; index++) seen.push((await call(route)).status);
  return seen;
}

describe('PUT chaos', () => {
  test('replaces the rules; GET tells how often each was asked and how often it struck', async () => {
    const one = controlled();
    const rule = { operation: 'listSessions', answer: { status: 503, body: { detail: 'down' } } };
    expect((await one.control('PUT chaos', { rules: [rule] })).body).toEqual({
      rules: [{ ...rule, seen: 0, fired: 0 }],
    });
    expect(await statuses(one, 2)).toEqual([503, 503]);
    await newSession(one.call);
    expect((await one.control('GET chaos')).body).toEqual({ rules: [{ ...rule, seen: 2, fired: 2 }] });
    expect((await one.control('GET journal?status=503')).body.entries[0]).toMatchObject({
      scenario: 'chaos',
      why: 'chaos rule 1',
    });
    expect((await one.control('PUT chaos', { rules: [] })).body).toEqual({ rules: [] });
    expect(await statuses(one, 1)).toEqual([200]);
  });

  test('a probability strikes some, the same ones for a seed each time, in any world', async () => {
    const rules = [{ probability: 0.3, answer: { status: 503 } }];
    const run = async (seed: number, world?: string) => {
      const one = controlled({ seed });
      const headers: Record<string, string> = world === undefined ? {} : { 'x-test-id': world };
      await one.control('PUT chaos', { rules }, headers);
      const seen = [];
      for (let count = 0; count < 200; count++) seen.push((await one.call(list, { headers })).status);
      const [{ fired }] = (await one.control('GET chaos', undefined, headers)).body.rules;
      expect(fired).toBe(seen.filter((status) => status === 503).length);
      expect(fired).toBeGreaterThan(40);
      expect(fired).toBeLessThan(80);
      return seen;
    };
    const seen = await run(1);
    expect(await run(1)).toEqual(seen);
    expect(await run(1, 'a')).toEqual(seen);
    expect(await run(2)).not.toEqual(seen);
  });

  test('after a reset the same requests are struck again, once the rules are set again', async () => {
    const one = controlled();
    const rules = [{ probability: 0.5, answer: { status: 500 } }];
    const run = async () => {
      await one.control('PUT chaos', { rules });
      return statuses(one, 50);
    };
    const seen = await run();
    await one.control('POST reset');
    expect(await statuses(one, 1)).toEqual([200]);
    await one.control('POST reset');
    expect(await run()).toEqual(seen);
  });

  test('of several rules the first that answers does; what does not match is not asked', async () => {
    const one = controlled();
    await one.control('PUT chaos', {
      rules: [
        { operation: 'createSession', answer: { status: 501 } },
        { match: { headers: { 'x-team': 'blue' } }, answer: { status: 502 } },
        { answer: { status: 503 } },
      ],
    });
    const blue = await one.call(list, { headers: { 'x-team': 'blue' } });
    expect([blue.status, ...(await statuses(one, 1)), ...(await statuses(one, 1, 'POST /api/v1/chat'))]).toEqual([
      502, 503, 501,
    ]);
    expect((await one.control('GET chaos')).body.rules.map(({ seen }: { seen: number }) => seen)).toEqual([1, 1, 1]);
  });

  test('an end without a status cuts off what the operation answers', async () => {
    const { call, control } = controlled();
    await control('PUT chaos', { rules: [{ answer: { ends: { after: { event: 2 }, how: 'close' } } }] });
    expect(await readEvents(await ask(call))).toHaveLength(2);
    const answer = await call(list);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json']);
  });

  test('latency is waited for on the clock of the world', async () => {
    const { call, control } = controlled({ clock: 'manual' });
    await control('PUT chaos', { rules: [{ latency_ms: 300 }, { latency_ms: [40, 60] }] });
    let isOver = false;
    const answer = call(list).finally(() => {
      isOver = true;
    });
    const { body } = await control('POST clock/advance', { ms: 339 });
    expect([body.met, isOver]).toEqual([0, false]);
    await control('POST clock/advance', { ms: 21 });
    expect((await answer).status).toBe(200);
    expect((await control('GET chaos')).body.rules).toMatchObject([{ fired: 1 }, { fired: 1 }]);
  });

  test('beyond a rate limit the answer is 429, and says when to come again', async () => {
    const one = controlled();
    await one.control('PUT chaos', { rules: [{ rate_limit: { requests: 2, per_ms: 3_600_000 } }] });
    expect(await statuses(one, 2)).toEqual([200, 200]);
    const refused = await one.call(list);
    expect([refused.status, refused.headers.get('retry-after'), await refused.json()]).toEqual([
      429,
      '3600',
      { detail: 'Rate limit exceeded' },
    ]);
    expect(Number(refused.headers.get('retry-after-ms'))).toBeLessThanOrEqual(3_600_000);
  });

  test('a rate limit counts the time of a manual clock', async () => {
    const { call, control } = controlled({ clock: 'manual' });
    await control('PUT chaos', { rules: [{ rate_limit: { requests: 1, per_ms: 60_000 } }] });
    const ask = async () => {
      const { status, headers } = await call(list);
      return [status, headers.get('retry-after-ms')];
    };
    expect([await ask(), await ask()]).toEqual([
      [200, null],
      [429, '60000'],
    ]);
    await control('POST clock/advance', { ms: 59_999 });
    expect(await ask()).toEqual([429, '1']);
    await control('POST clock/advance', { ms: 1 });
    expect(await ask()).toEqual([200, null]);
  });

  test.each<[string, unknown, string]>([
    ['rules that are none', { rules: {} }, '$.rules'],
    ['a probability above 1', { rules: [{ probability: 5 }] }, '$.rules[0].probability'],
    ['a range the wrong way round', { rules: [{ latency_ms: [800, 200] }] }, '$.rules[0].latency_ms'],
    ['a step that is none', { rules: [{ answer: { steps: [{ txet: '' }] } }] }, '$.rules[0].answer.steps[0]'],
    ['a rule that does nothing', { rules: [{ probability: 0.5 }] }, '$.rules[0]'],
  ])('%s are refused', async (_, body, place) => {
    const { control } = controlled();
    expect(await control('PUT chaos', body)).toEqual({
      status: 400,
      body: { error: { code: 'bad_body', message: expect.stringContaining(place) } },
    });
  });
});

describe('a rate limit', () => {
  const facts: RequestFacts = {
    operation: 'listSessions',
    method: 'GET',
    path: '/',
    session_id: null,
    headers: {},
    body: null,
  };
  const strikesAt = (rule: ChaosRule, times: readonly number[]) => {
    const chaos = new Chaos(createRandom(1));
    chaos.set([rule]);
    return times.map((nowMs) => chaos.strike(facts, nowMs).answer?.headers ?? null);
  };
  const wait = (ms: number, seconds: number) => ({ 'retry-after': String(seconds), 'retry-after-ms': String(ms) });

  test('counts what it granted within the window before, and says how long that lasts', () => {
    const rule = { rate_limit: { requests: 2, per_ms: 1000 } };
    expect(strikesAt(rule, [0, 400, 500, 999, 1000, 1001, 1399.5, 1400, 5000])).toEqual([
      ...[null, null, wait(500, 1), wait(1, 1), null, wait(399, 1), wait(1, 1), null, null],
    ]);
  });

  test('rounds the seconds up', () => {
    expect(strikesAt({ rate_limit: { requests: 1, per_ms: 60_000 } }, [0, 58_500])).toEqual([null, wait(1500, 2)]);
  });
});
