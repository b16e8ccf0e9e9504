import { expect, test } from 'vitest';
import { createSha256 } from '../../src/node/hash.ts';
import { BlockRun, buildBlock, Frame } from '../../src/scenario/frame.ts';
import { RecentMemory } from '../../src/world/recent-memory.ts';
import { SentPieces } from '../../src/world/sent-pieces.ts';
import { StreamRecord } from '../../src/world/stream-record.ts';

const events = Array.from({ length: 100 }, (_, nth) => ({ type: 'text_delta', content: `word ${nth} ` }) as const);
const block = buildBlock(events.map((event) => ({ event, text: `data: ${JSON.stringify(event)}\n\n` })));
const [first, second, third, fourth] = block.frames;
const alone = new Frame(new Uint8Array([1, 2, 3]), { type: 'text', content: 'x' });

test('frames that follow each other in their buffer are one piece', () => {
  const pieces = new SentPieces();
  for (const frame of block.frames) pieces.add(frame);
  expect(pieces.all).toEqual([new BlockRun(block, { from: 0, to: events.length })]);
});

test('a run ends where something else was sent, and none that was given grows', () => {
  const pieces = new SentPieces();
  if (!first || !second || !third || !fourth) throw new Error('The block has frames.');
  const given = new BlockRun(block, { from: 1, to: 2 });
  const isPiece = [pieces.add(first), pieces.addRun(given), pieces.add(third), pieces.add(fourth), pieces.add(alone)];
  expect(isPiece).toEqual([true, undefined, true, false, true]);
  expect(pieces.add(first)).toBe(true);
  const run = (from: number, to: number) => new BlockRun(block, { from, to });
  expect(pieces.all).toEqual([run(0, 1), run(1, 2), run(2, 4), alone, run(0, 1)]);
});

test('a record keeps the time of each of many frames, and shares their bytes', () => {
  const clock = { nowMs: 0 };
  const start = { sessionId: 'ses-1', scenario: 'x', why: 'prompt' };
  const makers = { createHash: createSha256, nowMs: () => clock.nowMs, nowMicros: () => 0, memory: new RecentMemory() };
  const record = new StreamRecord(1, start, makers);
  for (const [nth, frame] of block.frames.entries()) {
    clock.nowMs = 7 * nth;
    record.sent(frame, 5 * nth);
  }
  record.sentRun(new BlockRun(block, { from: 0, to: 2 }), 600);
  const writes = [...record.sentLog.writes()];
  expect(writes).toHaveLength(102);
  expect(writes[50]).toMatchObject({ atMs: 250, sentMs: 350, events: 1, bytes: block.frames[50]?.bytes });
  expect(writes.slice(100).map(({ atMs }) => atMs)).toEqual([547.5, 600]);
  expect(writes[50]?.bytes.buffer).toBe(block.bytes.buffer);
  const sent = createSha256();
  for (const { bytes } of writes) sent.update(bytes);
  expect(record.sha256()).toBe(sent.hex());
});
