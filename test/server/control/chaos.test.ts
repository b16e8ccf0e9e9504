import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../src/runtime/random.ts';
import { Chaos, type ChaosRule } from '../../../src/world/chaos.ts';
import { RateWindow } from '../../../src/world/rate-window.ts';
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

  const rateHeaders = (headers: Headers, of: string) =>
    ['limit', 'remaining', 'reset'].map((what) => headers.get(`x-ratelimit-${what}-${of}`));

  test('every answer that a rate limit counts says what is left, and when all of it is', async () => {
    const { call, control } = controlled({ clock: 'manual' });
    const limit = { requests: 3, tokens: 5000, per_ms: 1500 };
    await control('PUT chaos', { rules: [{ operation: 'listSessions', rate_limit: limit }] });
    const ask = async () => {
      const { status, headers } = await call(list);
      return [status, ...rateHeaders(headers, 'requests'), ...rateHeaders(headers, 'tokens')];
    };
    expect(await ask()).toEqual([200, '3', '2', '1.5s', '5000', '5000', '0s']);
    await control('POST clock/advance', { ms: 250 });
    expect(await ask()).toEqual([200, '3', '1', '1.5s', '5000', '5000', '0s']);
    expect(await ask()).toEqual([200, '3', '0', '1.5s', '5000', '5000', '0s']);
    await control('POST clock/advance', { ms: 250 });
    expect(await ask()).toEqual([429, '3', '0', '1.25s', '5000', '5000', '0s']);
    const other = await call('POST /api/v1/chat');
    expect([other.status, ...rateHeaders(other.headers, 'requests')]).toEqual([201, null, null, null]);
    const page = await call(list, { headers: { origin: 'http://localhost:5173' } });
    expect(page.headers.get('access-control-expose-headers')).toContain('x-ratelimit-remaining-tokens');
  });

  test('a limit of tokens counts what each turn has used once its stop is sent', async () => {
    const { call, control } = controlled();
    const rules = [{ operation: 'streamMessages', rate_limit: { tokens: 150, per_ms: 3_600_000 } }];
    await control('PUT chaos', { rules });
    // What a queued answer uses does not count: no rule was asked.
    await control('POST next', { scenario: { steps: [{ stop: { usage: { total_input_tokens: 9000 } } }] } });
    await (await ask(call)).text();
    const limited = async () => {
      const answer = await ask(call);
      await answer.text();
      return [answer.status, ...rateHeaders(answer.headers, 'tokens').slice(0, 2), answer.headers.get('retry-after')];
    };
    expect([await limited(), await limited()]).toEqual([
      [200, '150', '150', null],
      [429, '150', '0', '3600'],
    ]);
  });

  test.each<[string, unknown, string]>([
    ['a limit of nothing', { rules: [{ rate_limit: { per_ms: 1000 } }] }, 'needs requests, tokens or both'],
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

  test('a flood keeps few entries, and forgets nothing before its time', () => {
    const window = new RateWindow({ limit: 1000, perMs: 1000 }, 10);
    for (let ms = 0; ms < 900; ms++) window.add(1, ms);
    expect([window.remaining(900), window.resetMs(900)]).toEqual([100, 999]);
    // The oldest are merged into the latest of them: they leave later, but they do.
    expect([window.remaining(1500), window.remaining(1890), window.remaining(1899)]).toEqual([100, 991, 1000]);
  });

  test('what is asked for of more than a limit waits for as much as it takes', () => {
    const window = new RateWindow({ limit: 10, perMs: 1000 });
    window.add(4, 0);
    window.add(25, 300);
    expect([window.waitMs(400), window.remaining(400)]).toEqual([900, 0]);
    expect([window.waitMs(1300), window.remaining(1300)]).toEqual([0, 10]);
  });
});
