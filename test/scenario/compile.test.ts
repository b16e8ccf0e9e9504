import { describe, expect, test } from 'vitest';
import { defaultChoices } from '../../src/api/choices.ts';
import { createRandom } from '../../src/runtime/random.ts';
import type { Script } from '../../src/scenario/agent/script.ts';
import { paceNames } from '../../src/scenario/paces.ts';
import type { Ends, Wire } from '../../src/scenario/schema.ts';
import type { WireAction } from '../../src/scenario/wire.ts';
import { bytesOf, compile, decode, piecesOf, textOf, waitsOf } from '../support/compiled.ts';

const at_once = { first_ms: 0, tokens_per_second: 1000, jitter: 0 } as const;
/** Three events: a, b, stop. */
const two: Script = {
  pace: at_once,
  steps: [
    { event: { type: 'text', content: 'a' } },
    { event: { type: 'text', content: 'b' } },
    { event: { type: 'stop' } },
  ],
};
const [a, b, stop] = ['{"type":"text","content":"a"}', '{"type":"text","content":"b"}', '{"type":"stop"}'];

function contents(script: Script): unknown[] {
  return decode(bytesOf(compile(script))).map(({ event }) => {
    const { type, content } = event as { type: string; content?: string };
    return content ?? type;
  });
}

describe('framing', () => {
  const frame = (json: string | undefined, newline: string, id = '') =>
    `event: message${newline}${id}data: ${json}${newline}${newline}`;
  const all = (newline: string) => [a, b, stop].map((json) => frame(json, newline)).join('');

  test.each<[string, Wire, string]>([
    ['lf', { newline: 'lf' }, all('\n')],
    ['crlf', { newline: 'crlf' }, all('\r\n')],
    ['cr', { newline: 'cr' }, all('\r')],
    ['a byte order mark', { bom: true }, `\u{feff}${all('\n')}`],
    ['a retry', { retry_ms: 1500 }, `retry: 1500\n\n${all('\n')}`],
    [
      'a retry after a mark, by its line ends',
      { retry_ms: 0, bom: true, newline: 'cr' },
      `\u{feff}retry: 0\r\r${all('\r')}`,
    ],
    [
      'ids count events from 1',
      { ids: true, retry_ms: 9 },
      `retry: 9\n\n${[a, b, stop].map((json, index) => frame(json, '\n', `id: ${index + 1}\n`)).join('')}`,
    ],
  ])('%s', (_, wire, text) => {
    expect(textOf(compile({ ...two, wire }))).toBe(text);
  });

  test.each<NonNullable<Wire['newline']>>(['lf', 'crlf', 'cr'])(
    'with %s, a mark, ids and heartbeats an independent parser reads the same events',
    (newline) => {
      const script: Script = { pace: 'slow', steps: [{ think: 'Hm. 😀' }, { text: 'One\r\ntwo\rthree\u2028four.' }] };
      const usual = decode(bytesOf(compile(script)));
      const wire: Wire = { newline, bom: true, ids: true, retry_ms: 1, ping_ms: 100 };
      const actions = compile({ ...script, wire });
      expect(decode(bytesOf(actions), newline)).toEqual(usual.map((one, index) => ({ ...one, id: String(index + 1) })));
      expect(textOf(actions)).toContain(': ping');
    },
  );

  test('heartbeats come after each period of silence, and events begin it anew', () => {
    const { pace, steps } = two;
    const script: Script = {
      pace,
      steps: [{ wait_ms: 250 }, ...steps.slice(0, 1), { wait_ms: 90 }, { wait_ms: 60 }, ...steps.slice(1)],
    };
    const lines = (actions: WireAction[]) =>
      actions.map((action) =>
        action.kind === 'wait'
          ? action.ms
          : action.kind === 'bytes'
            ? Buffer.from(action.bytes).toString()
            : action.kind,
      );
    const [one, other, last] = [a, b, stop].map((json) => frame(json, '\n'));
    const ping = ': ping\n\n';
    expect(lines(compile({ ...script, wire: { ping_ms: 100 } }))).toEqual([
      100,
      ping,
      100,
      ping,
      50,
      one,
      90,
      10,
      ping,
      50,
      other,
      last,
      'end',
    ]);
    expect(lines(compile({ ...script, wire: { ping_ms: 0 } }))).toEqual([250, one, 90, 60, other, last, 'end']);
  });

  test('what `wire` leaves out is as the choices say', () => {
    const choices = { ...defaultChoices, sse_newline: 'crlf', sse_ids: true, sse_retry_ms: 7 } as const;
    const wire: Wire = { newline: 'crlf', ids: true, retry_ms: 7 };
    expect(textOf(compile(two, { choices }))).toBe(textOf(compile({ ...two, wire })));
    expect(textOf(compile({ ...two, wire: { newline: 'lf', ids: false } }, { choices }))).toBe(
      textOf(compile({ ...two, wire: { retry_ms: 7 } })),
    );
  });
});

test.each<[Wire, string[]]>([
  [{ drop: [2] }, ['a', 'stop']],
  [{ drop: [1, 3] }, ['b']],
  [{ duplicate: [1] }, ['a', 'a', 'b', 'stop']],
  [{ duplicate: [3] }, ['a', 'b', 'stop', 'stop']],
  [{ swap: [1] }, ['b', 'a', 'stop']],
  [{ swap: [2] }, ['a', 'stop', 'b']],
  [{ swap: [3] }, ['a', 'b', 'stop']],
  [{ swap: [1, 2] }, ['b', 'a', 'stop']],
  [{ drop: [1], duplicate: [2], swap: [2] }, ['stop', 'b', 'b']],
  [{ drop: [1], swap: [1] }, ['b', 'stop']],
  [{ duplicate: [2], swap: [1] }, ['b', 'b', 'a', 'stop']],
])('%j leaves out, repeats and reorders events', (wire, expected) => {
  expect(contents({ ...two, wire })).toEqual(expected);
});

test.each([
  [0, []],
  [99, []],
  [100, ['a']],
  [199.5, ['a']],
  [200, ['a', 'b']],
  [300, ['a', 'b', 'stop']],
])('an end after %d ms comes after what is due at that very moment', (ms, expected) => {
  const steps = two.steps.flatMap((step) => [{ wait_ms: 100 }, step]);
  const script: Script = { pace: at_once, steps, ends: { after: { ms }, how: 'close' } };
  expect(contents(script)).toEqual(expected);
  expect(waitsOf(compile(script)).reduce((sum, wait) => sum + wait, 0)).toBe(ms);
});

test('a heartbeat that is due with an event comes before it', () => {
  const script: Script = {
    pace: at_once,
    steps: [{ wait_ms: 60 }, { wait_ms: 40 }, ...two.steps],
    wire: { ping_ms: 100 },
  };
  expect(textOf(compile(script))).toBe(`: ping\n\n${textOf(compile(two))}`);
});

test('dropped events are not counted by `ends`, and ids number what is sent', () => {
  const ends: Ends = { after: { event: 1 }, how: 'close' };
  expect(decode(bytesOf(compile({ ...two, wire: { drop: [1], ids: true }, ends })))).toEqual([
    { name: 'message', id: '1', event: { type: 'text', content: 'b' } },
  ]);
});

test.each([200, 1_000, 10_485_760])('a huge frame has exactly %i bytes and is one valid event', (huge) => {
  for (const wire of [{}, { newline: 'crlf', ids: true }] satisfies Wire[]) {
    const [frame, ...rest] = piecesOf(compile({ pace: at_once, steps: [{ huge }], wire }));
    expect(frame?.length).toBe(huge);
    expect(rest).toHaveLength(1);
    const [decoded] = decode(frame ?? new Uint8Array(0), wire.newline);
    expect(decoded).toMatchObject({ name: 'message', event: { type: 'text', content: expect.stringMatching(/^x+$/) } });
  }
});

test('raw bytes leave as they are, with no frame and as no event', () => {
  const steps: Script['steps'] = [
    { raw: 'data: {broken\n\n' },
    { raw: { base64: 'AP+A' } },
    { event: { type: 'stop' } },
  ];
  expect(compile({ pace: at_once, steps }).slice(0, 2)).toEqual([
    { kind: 'bytes', bytes: new TextEncoder().encode('data: {broken\n\n'), events: [] },
    { kind: 'bytes', bytes: Uint8Array.of(0, 255, 128), events: [] },
  ]);
});

describe('split', () => {
  const sizes = (split: Wire['split'], more: Wire = {}, given = {}) =>
    piecesOf(compile({ ...two, wire: { ...more, split } }, given)).map(({ length }) => length);
  const frames = [a, b, stop].map((json) => `event: message\ndata: ${json}\n\n`.length);
  const total = frames.reduce((sum, size) => sum + size, 0);

  test('by event, and joined', () => {
    expect(sizes('event')).toEqual(frames);
    expect(sizes({ join_events: 2 })).toEqual([(frames[0] ?? 0) + (frames[1] ?? 0), frames[2]]);
    expect(sizes({ join_events: 5 })).toEqual([total]);
    const retry = 'retry: 1\n\n'.length;
    expect(sizes('event', { retry_ms: 1 })).toEqual([retry, ...frames]);
    expect(sizes({ join_events: 2 }, { retry_ms: 1 })).toEqual([
      retry + (frames[0] ?? 0) + (frames[1] ?? 0),
      frames[2],
    ]);
  });

  test('walk cuts in two, one byte later with each turn, until the turn has no more boundaries', () => {
    for (let time = 1; time < total; time++) expect(sizes('walk', {}, { time })).toEqual([time, total - time]);
    expect(sizes('walk', {}, { time: total })).toEqual([total]);
  });

  test('offsets may come in any order and more than once', () => {
    expect(sizes({ at: [57, 12, 12] })).toEqual([12, 45, total - 57]);
  });

  test('random pieces are those of the seed', () => {
    const draw = (seed: number) => sizes({ random: { max: 9 } }, {}, { random: createRandom(seed) });
    expect(draw(1)).toEqual(draw(1));
    expect(draw(2)).not.toEqual(draw(1));
    expect(new Set(draw(1).slice(0, -1)).size).toBeGreaterThan(5);
  });

  test('a boundary may fall inside a character, inside a line end and between the two of an empty line', () => {
    const script: Script = {
      pace: at_once,
      steps: [{ event: { type: 'text', content: '😀' } }],
      wire: { newline: 'crlf', split: { bytes: 1 } },
    };
    const pieces = piecesOf(compile(script));
    expect(pieces.every(({ length }) => length === 1)).toBe(true);
    expect(decode(Buffer.concat(pieces), 'crlf')[0]?.event).toEqual({ type: 'text', content: '😀' });
  });
});

describe('pace', () => {
  const text = { text: 'x'.repeat(40), deltas: Array.from({ length: 40 }, () => 'x') };
  const gaps = (pace: Script['pace'], seed = 1) =>
    waitsOf(compile({ ...(pace && { pace }), steps: [text] }, { random: createRandom(seed) }));

  test.each<[Exclude<Script['pace'], object | undefined>, number, number, number, number]>([
    ['fast', 120, 1000 / 150, 0.2, 1],
    ['typical', 350, 1000 / 60, 0.25, 1],
    ['slow', 1500, 1000 / 12, 0.4, 1],
    ['bursty', 400, (1000 / 60) * 12, 0.3, 12],
  ])('%s: %d ms before the first delta, then %d ms more or less', (pace, firstMs, gapMs, jitter, burst) => {
    const [first, ...rest] = gaps(pace);
    expect(first).toBe(firstMs);
    expect(rest).toHaveLength(Math.ceil(40 / burst));
    for (const ms of rest) {
      expect(ms).toBeGreaterThanOrEqual(gapMs * (1 - jitter));
      expect(ms).toBeLessThanOrEqual(gapMs * (1 + jitter));
    }
    expect(new Set(rest).size).toBe(rest.length);
    expect(gaps(pace)).toEqual([first, ...rest]);
    expect(gaps(pace, 2)).not.toEqual([first, ...rest]);
  });

  test('every named pace is in the table above', () => {
    expect(paceNames).toEqual(['fast', 'typical', 'slow', 'bursty']);
  });

  test('without jitter the gaps are even; with a burst so many deltas share one', () => {
    expect(gaps({ first_ms: 0, tokens_per_second: 100, jitter: 0 })).toEqual(Array.from({ length: 40 }, () => 10));
    expect(gaps({ first_ms: 5, tokens_per_second: 100, jitter: 0, burst: 16 })).toEqual([5, 160, 160, 160]);
  });

  test('one that is left out is typical', () => {
    expect(gaps(undefined)).toEqual(gaps('typical'));
    expect(gaps({ first_ms: 350 })).toEqual(gaps('typical'));
  });
});
