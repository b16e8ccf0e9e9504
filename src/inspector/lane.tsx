import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { StreamDetail } from '../server/control/shapes.ts';
import { count, formatMs } from './format.ts';
import { type MarkKind, markOf, stopsOf, type TimeKind, ticksUpTo, timeOf } from './lane-scale.ts';
import type { Frame } from './stream-state.ts';

const HEIGHT = 72;
const BASE = 52;
/** Room at both ends, so that the first and the last mark are seen whole. */
const MARGIN = 12;
const markHeights: Readonly<Record<MarkKind, number>> = { delta: 14, message: 34, tool: 28, stop: 40, other: 20 };
const markNames: Readonly<Record<MarkKind, string>> = {
  delta: 'delta',
  message: 'whole message',
  tool: 'tool',
  stop: 'stop',
  other: 'no event',
};

/** The frames of a stream along time: one mark each, and when it stood still. A click chooses the nearest. */
export function Lane({
  detail,
  frames,
  selected,
  time,
  onSelect,
}: {
  readonly detail: StreamDetail;
  readonly frames: readonly Frame[];
  readonly selected: number | null;
  readonly time: TimeKind;
  readonly onSelect: (index: number) => void;
}) {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(600);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const watch = new ResizeObserver(() => setWidth(Math.max(200, element.clientWidth)));
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  const stops = useMemo(() => stopsOf(detail, time), [detail, time]);
  const times = useMemo(() => frames.map((frame) => timeOf(frame, time)), [frames, time]);
  const endMs = Math.max(1, times.at(-1) ?? 0, ...stops.map(({ fromMs, toMs }) => toMs ?? fromMs));
  const lengthMs = endMs * 1.02;
  const toX = (ms: number) => MARGIN + (ms / lengthMs) * (width - 2 * MARGIN);
  const paths = useMemo(() => {
    const drawn: Partial<Record<MarkKind, string>> = {};
    // Marks at the same place and of the same kind are drawn once: thousands of deltas are a few hundred lines.
    const seen = new Set<string>();
    for (const [index, frame] of frames.entries()) {
      const kind = markOf(frame);
      const x = Math.round(toX(times[index] ?? 0) * 2) / 2;
      if (seen.has(`${kind}${x}`)) continue;
      seen.add(`${kind}${x}`);
      drawn[kind] = `${drawn[kind] ?? ''}M${x} ${BASE}V${BASE - markHeights[kind]}`;
    }
    return drawn;
  }, [frames, times, lengthMs, width]);
  const choose = (clientX: number) => {
    const left = box.current?.getBoundingClientRect().left ?? 0;
    const wantedMs = ((clientX - left - MARGIN) / (width - 2 * MARGIN)) * lengthMs;
    let nearest = 0;
    for (const [index, ms] of times.entries())
      if (Math.abs(ms - wantedMs) < Math.abs((times[nearest] ?? 0) - wantedMs)) nearest = index;
    if (frames.length > 0) onSelect(nearest);
  };
  const selectedX = selected === null || times[selected] === undefined ? null : toX(times[selected]);
  const left = detail.client_left;
  const kinds = (Object.keys(markHeights) as MarkKind[]).filter((kind) => paths[kind] !== undefined); // The table's keys.
  return (
    <div class="lane" ref={box}>
      {/* The list below has the same frames for the keyboard. */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the list below is the way for the keyboard. */}
      <svg
        width={width}
        height={HEIGHT}
        role="img"
        aria-label={`${count(frames.length, 'frame')} along ${formatMs(endMs)}${stops.length > 0 ? `; it stood still ${count(stops.length, 'time')}` : ''}`}
        onClick={(event) => choose(event.clientX)}
      >
        {ticksUpTo(lengthMs, Math.max(2, Math.floor(width / 110))).map((ms) => (
          <g key={ms} class="tick">
            <path d={`M${toX(ms)} 4V${BASE + 4}`} />
            <text x={toX(ms)} y={HEIGHT - 4}>
              {formatTick(ms)}
            </text>
          </g>
        ))}
        {stops.map(({ state, hold, fromMs, toMs }) => {
          const x = toX(fromMs);
          return (
            <g key={`${fromMs} ${state}`} class={`stop-${state}`}>
              <rect x={x - 1} y={6} width={Math.max(3, toX(toMs ?? endMs) - x)} height={BASE - 6} />
              <title>{hold === null ? state : `${state}: ${hold}`}</title>
            </g>
          );
        })}
        <path class="lane-base" d={`M${MARGIN} ${BASE}H${width - MARGIN}`} />
        {kinds.map((kind) => (
          <path key={kind} class={`mark mark-${kind}`} d={paths[kind]} />
        ))}
        {left && (
          <g class="left">
            <path
              d={`M${toX(time === 'script' ? left.ms : (detail.states.at(-1)?.sent_ms ?? left.ms))} 2V${BASE + 6}`}
            />
            <title>The client left</title>
          </g>
        )}
        {selectedX !== null && <path class="lane-selected" d={`M${selectedX} 2V${BASE + 6}`} />}
      </svg>
      <ul class="legend">
        {kinds.map((kind) => (
          <li key={kind} class={`legend-${kind}`}>
            {markNames[kind]}
          </li>
        ))}
        {stops.some(({ state }) => state === 'held') && <li class="legend-held">held</li>}
        {stops.some(({ state }) => state === 'paused') && <li class="legend-paused">paused</li>}
        {left && <li class="legend-left">client left</li>}
      </ul>
    </div>
  );
}

function formatTick(ms: number): string {
  if (ms === 0) return '0';
  return ms < 1000 ? `${Number(ms.toPrecision(3))} ms` : `${Number((ms / 1000).toPrecision(3))} s`;
}
