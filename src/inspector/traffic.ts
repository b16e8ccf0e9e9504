import { computed, signal } from '@preact/signals';
import type { RequestLine, StreamLine, WorldLine } from '../server/control/shapes.ts';
import type { Traffic } from '../server/control/traffic.ts';
import { call, callJson, needsToken } from './api.ts';
import { place } from './place.ts';
import { readLive } from './read-live.ts';
import { filterRows, LISTED, TrafficList } from './traffic-list.ts';

const RETRY_MS = 1000;
/** So many requests are taken into the list in a frame: ten thousand at once would hold it up. */
const MOST_A_FRAME = 1000;

/** What the page knows; look at `version` to be called again when it changes. */
export const traffic = new TrafficList();
/** Counts the changes of what is known. */
export const version = signal(0);
/** Whether the list stands still; what comes meanwhile is shown afterwards. */
export const isPaused = signal(false);
/** How many requests wait for the list to go on. */
export const waitingCount = signal(0);
/** Whether the live feed is connected. */
export const connection = signal<'connecting' | 'live' | 'lost'>('connecting');
/** How many live events the page was too slow for; the list was read again. */
export const missed = signal(0);
/** How many requests happened before what the list holds. */
export const older = signal(0);
/** Everything but the default world, the last used first. */
export const worldNames = signal<readonly string[]>([]);

/** What the filters of the place show. */
export const shownRows = computed(() => {
  version.value;
  const { text, operation, status, world } = place.value;
  // A copy: signals compare by identity, and the list itself stays the same.
  return [...filterRows(traffic.rows, { text, operation, status, world })];
});
/** The operations that were seen, for the filter. */
export const operationNames = computed(() => {
  version.value;
  return [...traffic.operations].sort();
});

/** The end of a stream, as the live feed says it: its `end` is that of the turn. */
type StreamEnd = StreamLine & { readonly how: StreamLine['end'] };
type StreamNews = Partial<StreamLine> & Pick<StreamLine, 'world' | 'stream'>;

/** What has come since the last frame was drawn. */
let incoming: RequestLine[] = [];
let isDue = false;
/** When the newest request came that was cleared away: what is read again leaves it and those before it out. */
let clearedTime = '';

/** Listens to the live feed for as long as the page is open, and connects again when it is lost. */
export async function listen(): Promise<void> {
  for (;;) {
    try {
      const { body } = await call('GET live');
      await catchUp();
      connection.value = 'live';
      if (body) for await (const { name, value } of readLive(body)) take(name, value);
    } catch {
      // Said by `connection`; a refusal for want of a token by `needsToken`.
    }
    connection.value = 'lost';
    if (needsToken.value) return;
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

/** Reads what happened before the feed was connected, or while it was too slow. */
async function catchUp(): Promise<void> {
  const { requests, streams, dropped } = await callJson<Traffic>(`GET traffic?limit=${LISTED}`);
  older.value = dropped;
  for (const stream of streams) traffic.addStream(stream);
  incoming.push(...requests.filter(({ time }) => time > clearedTime));
  await readWorlds();
  draw();
}

/** Reads the names of the worlds again. */
export async function readWorlds(): Promise<readonly WorldLine[]> {
  const { worlds } = await callJson<{ worlds: readonly WorldLine[] }>('GET worlds');
  worldNames.value = worlds.flatMap(({ world }) => world ?? []);
  return worlds;
}

/** Empties the list; what comes from now on is shown. */
export function clearTraffic(): void {
  clearedTime = incoming.at(-1)?.time ?? traffic.rows.at(-1)?.request.time ?? clearedTime;
  incoming = [];
  traffic.clear();
  missed.value = 0;
  older.value = 0;
  draw();
}

/** Lets the list go on, or stand still. */
export function pauseTraffic(isOn: boolean): void {
  isPaused.value = isOn;
  draw();
}

function take(name: string, value: unknown): void {
  switch (name) {
    case 'request': {
      const request = value as RequestLine; // As the control API documents it.
      incoming.push(request);
      if (request.world !== null && !worldNames.value.includes(request.world))
        worldNames.value = [request.world, ...worldNames.value];
      break;
    }
    case 'state':
      traffic.addStream(value as StreamNews);
      break;
    case 'stream': {
      const { how, world, stream, session_id, scenario, events, bytes, duration_ms } = value as StreamEnd;
      const facts = { world, stream, session_id, scenario, events, bytes, duration_ms };
      traffic.addStream({ ...facts, end: how, state: 'over', hold: null });
      break;
    }
    case 'missed':
      missed.value += (value as { count: number }).count;
      void catchUp().catch(() => {}); // The next loss of the feed says it.
      break;
  }
  drawSoon();
}

/** Thousands a second are drawn once a frame. A page in the background draws no frames, but may be looked at later. */
function drawSoon(): void {
  if (isDue) return;
  isDue = true;
  requestAnimationFrame(draw);
}

function draw(): void {
  isDue = false;
  if (!isPaused.value) {
    for (const request of incoming.splice(0, MOST_A_FRAME)) traffic.add(request);
    if (incoming.length > 0) drawSoon();
  } else if (incoming.length > LISTED) incoming = incoming.slice(-LISTED);
  waitingCount.value = isPaused.value ? incoming.length : 0;
  version.value += 1;
}
