import { compileMatch } from '../../world/request-match.ts';
import { type StreamMatch, streamMismatches } from '../../world/stream-match.ts';
import type { StreamRecord } from '../../world/stream-record.ts';
import type { World } from '../../world/world.ts';
import type { Engine } from '../engine.ts';
import { type WaitOptions, waitUntil } from '../wait-until.ts';
import { elsewhere, NEAREST, type Patience, tooLate } from './too-late.ts';

/**
 * Resolves when enough streams of a world match. Rejects with ChatMockError `timeout`, which names the nearest misses.
 */
export async function waitForStream(
  engine: Engine,
  world: World,
  { match: given, options }: { readonly match: StreamMatch; readonly options: WaitOptions },
): Promise<readonly StreamRecord[]> {
  const { wallClock: clock } = engine;
  const { streams } = world;
  const match = compileMatch(given, engine.compilePattern);
  const judge = () => streams.records.map((record) => ({ record, mismatches: streamMismatches(match, record) }));
  const explain = (patience: Patience) => {
    const judged = judge();
    const misses = judged.filter(({ mismatches }) => mismatches.length > 0);
    const nearest = misses.toSorted((a, b) => a.mismatches.length - b.mismatches.length || b.record.id - a.record.id);
    const told = nearest.slice(0, NEAREST).map(({ record: { id, scenario }, mismatches }) => ({
      name: `stream ${id} (${scenario})`,
      mismatches,
    }));
    return tooLate('stream', {
      ...patience,
      matched: judged.length - misses.length,
      misses: told,
      elsewhere: elsewhere(engine, world),
    });
  };
  return waitUntil(
    {
      list: () => streams.records,
      isMatch: (record) => streamMismatches(match, record).length === 0,
      watch: (look) => streams.watch(look),
      clock,
      tooLate: explain,
    },
    options,
  );
}
