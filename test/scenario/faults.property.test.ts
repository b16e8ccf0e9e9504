import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Script } from '../../src/scenario/agent/script.ts';
import type { Ends, Wire } from '../../src/scenario/schema.ts';
import type { WireAction } from '../../src/scenario/wire.ts';
import { anyEnds, anyScript, anySplit, framedScript } from '../support/arbitrary-scenarios.ts';
import { bytesOf, compile, decode, piecesOf, waitsOf } from '../support/compiled.ts';
import { runs } from '../support/runs.ts';

const changed = (script: Script, more: { readonly split?: Wire['split']; readonly ends?: Ends }): Script => ({
  ...script,
  ...(more.ends && { ends: more.ends }),
  wire: { ...script.wire, ...(more.split && { split: more.split }) },
});

describe('a cut turn, whatever its steps, wire and split', () => {
  test('sends the beginning of the whole turn, then ends as it is told to, and does nothing more', () => {
    fc.assert(
      fc.property(anyScript, fc.option(anySplit, { nil: undefined }), anyEnds, (script, split, ends) => {
        const whole = bytesOf(compile(script));
        const actions = compile(changed(script, { split, ends }));
        const bytes = bytesOf(actions);
        expect(bytes).toEqual(whole.subarray(0, bytes.length));
        expect(actions.flatMap((action) => (action.kind === 'end' ? [action] : []))).toEqual([
          { kind: 'end', how: ends.how },
        ]);
        expect(actions.at(-1)).toEqual({ kind: 'end', how: ends.how });
      }),
    );
  });

  test('after a byte, it is exactly so many bytes', () => {
    fc.assert(
      fc.property(anyScript, fc.option(anySplit, { nil: undefined }), fc.nat(3000), (script, split, byte) => {
        const sizeBytes = bytesOf(compile(changed(script, { split, ends: { after: { byte }, how: 'reset' } }))).length;
        expect(sizeBytes).toBe(Math.min(byte, bytesOf(compile(script)).length));
      }),
    );
  });

  test('after an event, it is exactly so many whole events and not a byte beyond', () => {
    fc.assert(
      fc.property(framedScript, fc.option(anySplit, { nil: undefined }), fc.nat(20), (script, split, event) => {
        const all = decode(bytesOf(compile(script)), script.wire.newline);
        const bytes = bytesOf(compile(changed(script, { split, ends: { after: { event }, how: 'truncate' } })));
        const { newline } = script.wire;
        expect(decode(bytes, newline)).toEqual(all.slice(0, event));
        if (event === 0) expect(bytes.length).toBe(0);
        else if (event <= all.length) expect(decode(bytes.subarray(0, -1), newline)).toEqual(all.slice(0, event - 1));
      }),
    );
  });

  test('after some milliseconds, it is what is due by then, and the time is that, or the own end if it is earlier', () => {
    fc.assert(
      fc.property(anyScript, fc.option(anySplit, { nil: undefined }), fc.nat(12_000), (script, split, ms) => {
        const whole = compile(script);
        const actions = compile(changed(script, { split, ends: { after: { ms }, how: 'close' } }));
        expect(bytesOf(actions)).toEqual(bytesOf(dueBy(whole, ms)));
        expect(sum(waitsOf(actions))).toBeCloseTo(Math.min(ms, sum(waitsOf(whole))), 6);
      }),
    );
  });
});

describe('a split, whatever the turn and its end', () => {
  test('changes no byte, no wait and no end; between any two writes there is a gap, and none is empty', () => {
    fc.assert(
      fc.property(anyScript, anySplit, fc.option(anyEnds, { nil: undefined }), (script, split, ends) => {
        const unsplit = compile(changed(script, { ...(ends && { ends }) }));
        const actions = compile(changed(script, { split, ...(ends && { ends }) }));
        expect(bytesOf(actions)).toEqual(bytesOf(unsplit));
        expect(waitsOf(actions)).toEqual(waitsOf(unsplit));
        expect(actions.at(-1)).toEqual(unsplit.at(-1));
        expect(
          actions
            .filter(({ kind }) => kind === 'gap' || kind === 'bytes')
            .map(({ kind }) => kind)
            .join(),
        ).toMatch(/^(?:bytes(?:,gap,bytes)*)?$/);
        for (const piece of piecesOf(actions)) expect(piece.length).toBeGreaterThan(0);
      }),
    );
  });

  test('an event counts as sent with the write that holds its last byte, never before, never after', () => {
    fc.assert(
      fc.property(framedScript, anySplit, (script, split) => {
        const actions = compile(changed(script, { split }));
        const sent: Uint8Array[] = [];
        const events: unknown[] = [];
        for (const action of actions) {
          if (action.kind !== 'bytes') continue;
          sent.push(action.bytes);
          events.push(...action.events);
          const decoded = decode(Buffer.concat(sent), script.wire.newline).map(({ event }) => event);
          expect(JSON.parse(JSON.stringify(events))).toEqual(decoded);
        }
      }),
      { numRuns: runs(50) },
    );
  });

  test('cuts where it says', () => {
    fc.assert(
      fc.property(anyScript, anySplit, fc.integer({ min: 1, max: 50 }), (script, split, time) => {
        const writes = piecesOf(compile(script, { time })).flatMap(({ length }) => (length > 0 ? [length] : []));
        const total = sum(writes);
        const actions = compile(changed(script, { split }), { time });
        const sizes = piecesOf(actions).map(({ length }) => length);
        const joined = actions.flatMap((action) => (action.kind === 'bytes' ? [action.events.length] : []));
        const boundaries = offsets(sizes);
        if (split === 'event') expect(boundaries).toEqual(offsets(writes));
        else if (split === 'walk') expect(boundaries).toEqual(total > time ? [time] : []);
        else if ('bytes' in split) expect(sizes).toEqual(evenly(total, split.bytes));
        else if ('at' in split)
          expect(boundaries).toEqual([...new Set(split.at)].filter((at) => at < total).sort((a, b) => a - b));
        else if ('join_events' in split)
          expect(joined.slice(0, -1)).toEqual(joined.slice(0, -1).map(() => split.join_events));
        else if ('random' in split) expect(Math.max(0, ...sizes)).toBeLessThanOrEqual(split.random.max);
      }),
    );
  });
});

test('compiling is pure: equal input, equal actions', () => {
  fc.assert(
    fc.property(anyScript, anySplit, anyEnds, (script, split, ends) => {
      const one = changed(script, { split, ends });
      expect(compile(one)).toEqual(compile(structuredClone(one)));
    }),
    { numRuns: runs(50) },
  );
});

/** The writes that come by this time. */
function* dueBy(actions: readonly WireAction[], ms: number): Generator<WireAction> {
  let elapsedMs = 0;
  for (const action of actions) {
    if (action.kind === 'wait') elapsedMs += action.ms;
    if (elapsedMs > ms) return;
    yield action;
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** Where one piece ends and the next begins. */
function offsets(sizes: readonly number[]): number[] {
  return sizes.slice(0, -1).map((_, index) => sum(sizes.slice(0, index + 1)));
}

function evenly(total: number, size: number): number[] {
  return Array.from({ length: Math.ceil(total / size) }, (_, index) => Math.min(size, total - index * size));
}
