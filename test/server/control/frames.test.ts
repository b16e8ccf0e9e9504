import { describe, expect, onTestFinished, test } from 'vitest';
import { defineScenario } from '../../../src/scenario/define-scenario.ts';
import { parseScenarios } from '../../../src/scenario/parse-scenarios.ts';
import { newSession } from '../../support/client.ts';
import { ask, askIn, controlled } from '../../support/control.ts';

const text = (content: string) => ({ event: { type: 'text', content } });
const frame = (content: string) => `event: message\ndata: ${JSON.stringify(text(content).event)}\n\n`;
const held = defineScenario({
  scenario: 'held',
  pace: { first_ms: 0 },
  steps: [text('a'), { wait_ms: 250 }, text('b'), { hold: 'here' }, text('c')],
});

interface Frame {
  readonly kind: string;
  readonly offset: number;
  readonly at_ms: number;
  readonly base64: string;
  readonly event: unknown;
}
const textOf = ({ base64 }: Frame) => Buffer.from(base64, 'base64').toString();

/** Begins a turn and reads until so much text has come. */
async function begin(prompt: string, options: Parameters<typeof controlled>[0] = {}) {
  const made = controlled({ scenarios: [held], ...options });
  const response = await askIn(made.call, await newSession(made.call), prompt);
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  onTestFinished(() => reader.cancel().catch(() => {}));
  const decoder = new TextDecoder();
  let read = '';
  const until = async (wanted: string) => {
    while (!read.includes(wanted)) {
      const { value, done } = await reader.read();
      if (done) return read;
      read += decoder.decode(value, { stream: true });
    }
    return read;
  };
  return { ...made, until, reader };
}

describe('GET streams/{id}/frames', () => {
  test('lists what was sent so far, with its bytes, places and scripted times', async () => {
    const { control, until } = await begin('/held');
    await until('"b"');
    const { body } = await control('GET streams/1/frames');
    expect(body).toMatchObject({ stream: { id: 1, state: 'held', hold: 'here', world: null, kept: 'whole' }, next: 2 });
    expect(body.frames).toEqual([
      {
        ...{ kind: 'event', name: 'message', event: text('a').event, offset: 0, at_ms: 0 },
        ...{ sent_ms: expect.any(Number), base64: Buffer.from(frame('a')).toString('base64') },
      },
      expect.objectContaining({ event: text('b').event, offset: frame('a').length, at_ms: 250 }),
    ]);
    expect(body.has_more).toBe(false);
    expect((await control('GET streams/1/frames?from=1')).body.frames).toHaveLength(1);
    expect((await control('GET streams/1/frames?from=9')).body).toMatchObject({ frames: [], next: 2 });
  });

  test('its frames are the body, whatever the pace, the split and the line ends', async () => {
    for (const speed of ['instant', 1000] as const) {
      const { call, control } = controlled({ speed });
      await control('POST next', {
        scenario: {
          steps: [
            { text: 'one two three four' },
            { raw: ': note\n\n' },
            { raw: 'data: {broken\n\n' },
            { raw: { base64: '/w==' } },
          ],
          wire: { split: { bytes: 7 }, newline: 'crlf' },
        },
      });
      const sent = Buffer.from(await (await ask(call)).arrayBuffer());
      const frames: Frame[] = (await control('GET streams/1/frames')).body.frames;
      expect(Buffer.concat(frames.map(({ base64 }) => Buffer.from(base64, 'base64')))).toEqual(sent);
      expect(new Set(frames.map(({ kind }) => kind))).toEqual(new Set(['event', 'comment', 'broken']));
      for (const { offset, base64 } of frames)
        expect(sent.subarray(offset, offset + Buffer.from(base64, 'base64').length)).toEqual(
          Buffer.from(base64, 'base64'),
        );
    }
  });

  test('half a frame is listed when the stream is over', async () => {
    const { call, control } = controlled();
    await control('POST next', {
      scenario: { steps: [text('a'), text('b')], ends: { after: { byte: frame('a').length + 5 }, how: 'close' } },
    });
    await (await ask(call)).text();
    const frames: Frame[] = (await control('GET streams/1/frames')).body.frames;
    expect(frames.map(({ kind }) => kind)).toEqual(['event', 'partial']);
    expect(frames.map(textOf)).toEqual([frame('a'), 'event']);
  });

  test('a long stream is answered in parts, and its end is not kept', async () => {
    const { call, control } = controlled();
    await control('POST next', { scenario: { steps: Array.from({ length: 4 }, () => ({ huge: 300_000 })) } });
    await (await ask(call)).text();
    const first = (await control('GET streams/1/frames')).body;
    expect([first.frames.length, first.next, first.has_more, first.stream.kept]).toEqual([1, 1, true, 'cut']);
    expect((await control('GET streams/1/frames?from=2')).body).toMatchObject({ next: 3, has_more: false });
    expect((await control('GET streams/1/scenario')).body.error).toMatchObject({ code: 'not_kept' });
  });

  test('what newer streams need the room of is forgotten, and the answer says so', async () => {
    const { call, control } = controlled();
    await control('POST next', { scenario: { steps: [{ huge: 900_000 }] }, times: 6 });
    for (let count = 0; count < 6; count++) await (await ask(call)).text();
    expect((await control('GET streams/1/frames')).body).toMatchObject({ frames: [], stream: { kept: 'forgotten' } });
    expect((await control('GET streams/6/frames')).body).toMatchObject({ stream: { kept: 'whole' } });
    const { status, body } = await control('GET streams/1/scenario');
    expect([status, body.error.code]).toEqual([410, 'not_kept']);
  });

  test.each(['GET streams/7', 'GET streams/7/frames', 'GET streams/x/scenario', 'GET journal/7'])(
    '%s is a 404 that says where to look',
    async (route) => {
      const { status, body } = await controlled().control(route);
      expect([status, body.error.message]).toEqual([404, expect.stringMatching(/GET (?:streams|journal) lists them/)]);
    },
  );

  test.each(['from=-1', 'from=x', 'to=1'])('?%s is refused', async (query) => {
    const { control } = await begin('/held');
    expect((await control(`GET streams/1/frames?${query}`)).body.error.code).toBe('bad_query');
  });
});

test('GET streams/{id} says when the state changed', async () => {
  const { control, until } = await begin('/held');
  await until('"b"');
  await control('POST holds/release');
  await until('"stop"');
  const { body } = await control('GET streams/1');
  expect(body.states.map(({ state, hold }: Record<string, unknown>) => [state, hold])).toEqual([
    ['running', null],
    ['held', 'here'],
    ['running', null],
    ['over', null],
  ]);
  expect(body).toMatchObject({ id: 1, end: 'close', time: expect.stringMatching(/^\d{4}-.*Z$/) });
});

describe('POST streams/{id}/end', () => {
  test.each(['close', 'truncate', 'reset'] as const)('%s ends a held stream at once', async (how) => {
    const { control, until, reader } = await begin('/held');
    await until('"b"');
    expect((await control('POST streams/1/end', { how })).body).toMatchObject({ state: 'over', end: how, events: 2 });
    const rest = reader.read();
    if (how === 'close') expect(await rest).toEqual({ value: undefined, done: true });
    else await expect(rest).rejects.toThrow();
    expect((await control('GET holds')).body.holds).toEqual([]);
    expect((await control('POST streams/1/end')).body.error.code).toBe('not_steerable');
  });

  test('hang says nothing more, and can still be ended', async () => {
    const { control, until } = await begin('/held');
    await until('"b"');
    expect((await control('POST streams/1/end', { how: 'hang' })).body).toMatchObject({ state: 'hanging', hold: null });
    expect((await control('POST streams/1/end', { how: 'hang' })).body).toMatchObject({ state: 'hanging' });
    expect((await control('POST streams/1/end')).body).toMatchObject({ state: 'over', end: 'close' });
    expect(await until('"c"')).not.toContain('"c"');
  });

  test('a paused one ends too, and another way is refused', async () => {
    const { control, until } = await begin('/held');
    await until('"b"');
    await control('POST streams/1/pause');
    expect((await control('POST streams/1/end', { how: 'explode' })).status).toBe(400);
    expect((await control('POST streams/1/end', {})).body).toMatchObject({ end: 'close' });
  });
});

describe('GET streams/{id}/scenario', () => {
  /** The file that was saved, played on a server of its own; the body and the frames' times of both. */
  async function playAgain(prompt: string, scenario: object | null, headers: Record<string, string> = {}) {
    const one = controlled();
    if (scenario) await one.control('POST next', { scenario }, headers);
    const read = async (response: Response) => {
      const chunks: string[] = [];
      const decoder = new TextDecoder();
      try {
        for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>)
          chunks.push(decoder.decode(chunk, { stream: true }));
      } catch {
        chunks.push('(lost)');
      }
      return chunks.join('');
    };
    const before = await read(await ask(one.call, prompt, headers));
    const saved = await one.call('GET /__mock/streams/1/scenario?name=again', { key: null, headers });
    expect(saved.headers.get('content-disposition')).toBe('attachment; filename="again.yaml"');
    const yaml = await saved.text();
    const two = controlled({ scenarios: parseScenarios({ again: yaml }) });
    const after = await read(await ask(two.call, '/again'));
    const times = async ({ control }: typeof one, given: Record<string, string>) =>
      ((await control('GET streams/1/frames', undefined, given)).body.frames as Frame[])
        .filter(({ kind }) => kind === 'event')
        .map(({ at_ms, event }) => [at_ms, event]);
    return { before, after, yaml, beforeTimes: await times(one, headers), afterTimes: await times(two, {}) };
  }

  test.each([
    ['a built-in one', '/q3-findings', null],
    ['parallel tools', '/parallel-tools', null],
    ['the generated agent', 'What changed in the supplier contracts?', null],
    ['an error', '/agent-error', null],
    ['braces, which are not a template', 'x', { steps: [text('{{company.name}} }} {{{{')] }],
    ['text that YAML has meanings for', 'x', { steps: [text('no: "yes"\n- #a & *b\t'), text(' \u2028\u202e ')] }],
    ['a comment and broken data', 'x', { steps: [text('a'), { raw: ': note\n\n' }, { raw: 'data: {\n\n' }] }],
    [
      'rules that are broken',
      'x',
      { steps: [{ event: { type: 'odd' } }, text('a')], violates: ['stream.event-schema'] },
    ],
    [
      'a stop in the middle of a text',
      'x',
      { steps: [text('a'), text('b')], ends: { after: { event: 1 }, how: 'truncate' } },
    ],
    ['a close before its stop', 'x', { steps: [{ tool: 'read_file' }], ends: { after: { event: 1 }, how: 'close' } }],
  ] as const)('plays %s again: the same bytes at the same times', async (_, prompt, scenario) => {
    const { before, after, beforeTimes, afterTimes } = await playAgain(prompt, scenario);
    expect(after).toBe(before);
    expect(afterTimes).toEqual(beforeTimes);
  });

  test('a stream in a world, cut in the middle of a frame, ends after its last whole event', async () => {
    const ends = { after: { byte: frame('a').length + 4 }, how: 'reset' };
    const { after } = await playAgain('x', { steps: [text('a'), text('b')], ends }, { 'x-test-id': 'w' });
    expect(after).toBe(`${frame('a')}(lost)`);
  });

  test('a name that is none is refused', async () => {
    const { control } = await begin('/held');
    expect((await control('GET streams/1/scenario?name=No%20Name')).body.error.code).toBe('bad_query');
  });
});
