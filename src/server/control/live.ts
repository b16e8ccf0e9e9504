import { commentText } from '../../runtime/sse.ts';
import type { Activity } from '../../world/activity.ts';
import { admitStream } from '../admit.ts';
import type { StreamAnswer } from '../answer.ts';
import type { Engine } from '../engine.ts';
import { showActivity } from './show.ts';

const PING_MS = 15_000;
const encoder = new TextEncoder();

/** An event stream of activities, of one world or of all. Counts what a slow reader misses and reports the number. */
export function serveLive(engine: Engine, world: string | null): StreamAnswer<200> {
  admitStream({ engine });
  return {
    status: 200,
    headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' },
    perform: (transport) => {
      let missed = 0;
      let isBehind = false;
      let stopPing: (() => void) | undefined;
      const send = (name: string, value: object) =>
        write(encoder.encode(`event: ${name}\ndata: ${JSON.stringify(value)}\n\n`));
      const write = (bytes: Uint8Array) => {
        const hasRoom = transport.write(bytes);
        transport.flush();
        if (hasRoom) return;
        isBehind = true;
        transport.onReady(() => {
          isBehind = false;
          if (missed > 0) send('missed', { count: missed });
          missed = 0;
        });
      };
      const watch = (activity: Activity) => {
        if (world !== null && activity.world !== world) return;
        if (isBehind) missed += 1;
        else send(activity.kind, showActivity(activity));
      };
      const ping = () => {
        if (!isBehind) write(encoder.encode(commentText('ping', '\n')));
        stopPing = engine.wallClock.schedule(engine.wallClock.now() + PING_MS, ping);
      };
      const close = () => {
        if (engine.watchers.delete(watch)) engine.capacity.streams.add(-1);
        stopPing?.();
      };
      engine.watchers.add(watch);
      engine.capacity.streams.add(1);
      transport.onClose(close);
      ping();
      transport.onStop?.(() => {
        close();
        transport.end('close');
      });
    },
  };
}
