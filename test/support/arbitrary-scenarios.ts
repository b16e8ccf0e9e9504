import fc from 'fast-check';
import type { Script } from '../../src/scenario/agent/script.ts';
import type { Ends, Step, Wire } from '../../src/scenario/schema.ts';

const words = fc.string({ unit: fc.constantFrom('a', ' ', 'é', '😀', '\r', '\n', '\u2028', '文', '"'), maxLength: 12 });
const plain = words.filter((text) => !text.includes('{{'));
const milliseconds = fc.integer({ min: 0, max: 3000 });
const optional = <Model extends object>(model: { [Key in keyof Model]: fc.Arbitrary<Model[Key]> }) =>
  fc.record(model, { requiredKeys: [] });

const tool = fc
  .tuple(fc.constantFrom('retrieve', 'grep_file'), milliseconds, fc.jsonValue({ maxDepth: 1 }))
  .map(([name, takes_ms, result]) => ({ tool: name, takes_ms, result, arguments: { query: 'a' } }) as Step);

/** A step of every kind that sends nothing but whole frames. */
const framedStep: fc.Arbitrary<Step> = fc.oneof(
  plain.map((think) => ({ think })),
  plain.map((text) => ({ text })),
  fc.array(plain, { minLength: 1, maxLength: 4 }).map((deltas) => ({ text: deltas.join(''), deltas })),
  tool,
  fc.array(tool, { minLength: 1, maxLength: 3 }).map((together) => ({ together }) as Step),
  milliseconds.map((wait_ms) => ({ wait_ms })),
  fc.constant({ hold: 'here' }),
  fc.constantFrom<Step>({ event: { type: 'text', content: 'as is' } }, { event: { type: 'surprise', of: [1] } }),
  fc.integer({ min: 200, max: 500 }).map((huge) => ({ huge })),
  plain.map((fail) => ({ fail })),
  fc.constant({ stop: {} }),
);

const rawStep: fc.Arbitrary<Step> = fc.oneof(
  words.map((raw) => ({ raw })),
  fc.uint8Array({ maxLength: 9 }).map((bytes) => ({ raw: { base64: Buffer.from(bytes).toString('base64') } })),
);

const pace = optional<NonNullable<Exclude<Script['pace'], string>>>({
  first_ms: milliseconds,
  tokens_per_second: fc.integer({ min: 1, max: 500 }),
  jitter: fc.double({ min: 0, max: 1, noNaN: true }),
  burst: fc.integer({ min: 1, max: 5 }),
});

const numbers = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 3 });

/** All of `wire` but how it is split. */
const wire = optional<Omit<Wire, 'split'>>({
  newline: fc.constantFrom('lf', 'crlf', 'cr'),
  bom: fc.boolean(),
  ids: fc.boolean(),
  retry_ms: fc.integer({ min: 0, max: 5000 }),
  ping_ms: fc.integer({ min: 0, max: 700 }).map((ms) => (ms < 50 ? 0 : ms)),
  drop: numbers,
  duplicate: numbers,
  swap: numbers,
});

const scriptOf = (step: fc.Arbitrary<Step>): fc.Arbitrary<Script & { readonly wire: Wire }> =>
  fc.record({ steps: fc.array(step, { minLength: 1, maxLength: 6 }), pace, wire });

/** Scripts of all steps but `raw`: what they send is frames, comments and a retry. */
export const framedScript = scriptOf(framedStep);
/** Scripts of all steps. */
export const anyScript = scriptOf(fc.oneof({ arbitrary: framedStep, weight: 4 }, { arbitrary: rawStep, weight: 1 }));

export const anySplit: fc.Arbitrary<NonNullable<Wire['split']>> = fc.oneof(
  fc.constantFrom('event', 'walk'),
  fc.integer({ min: 1, max: 200 }).map((bytes) => ({ bytes })),
  fc.array(fc.integer({ min: 1, max: 2000 }), { minLength: 1, maxLength: 6 }).map((at) => ({ at })),
  fc.integer({ min: 2, max: 6 }).map((join_events) => ({ join_events })),
  fc.integer({ min: 1, max: 200 }).map((max) => ({ random: { max } })),
);

/** Ends after so many events, bytes or milliseconds; where is anywhere in, or beyond, a turn. */
export const anyEnds: fc.Arbitrary<Ends> = fc.record({
  after: fc.oneof(
    fc.integer({ min: 0, max: 20 }).map((event) => ({ event })),
    fc.integer({ min: 0, max: 2500 }).map((byte) => ({ byte })),
    fc.integer({ min: 0, max: 12_000 }).map((ms) => ({ ms })),
  ),
  how: fc.constantFrom('close', 'truncate', 'reset', 'hang'),
});
