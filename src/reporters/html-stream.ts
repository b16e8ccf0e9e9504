import type { StreamReport } from '../contract/verdict/report.ts';
import { escapeMarkup } from './escape.ts';

const WIDTH = 900;
const LANE = 34;
const HEIGHT = LANE + 30;
const TICKS = 6;

/** One colour per event type, the same in both themes. */
const COLOURS: Readonly<Record<string, string>> = {
  thinking_delta: '#b39ddb',
  thinking: '#7e57c2',
  text_delta: '#90caf9',
  text: '#1e88e5',
  tool_call: '#ffb74d',
  tool_result: '#fb8c00',
  user_input: '#a1887f',
  stop: '#43a047',
};
const OTHER = '#888888';

/**
 * Draws the events of a stream along its time: a short stroke for a delta, a long one for a message, a triangle at a frame
 * with a finding, a line where the stream ended. A buffered stream shows as one stroke at its end.
 */
export function drawStream(
  { flow, exchange, verdict, ending, duration_ms, event_count, events }: StreamReport,
  faultyFrames: ReadonlySet<number>,
): string {
  const endMs = Math.max(duration_ms, 1);
  const toX = (ms: number) => Math.round((ms / endMs) * (WIDTH - 4)) + 1;
  const strokes = new Map<string, Set<string>>();
  for (const { type, at_ms } of events) {
    const top = type.endsWith('_delta') ? LANE / 2 : 0;
    const own = strokes.get(type) ?? new Set();
    strokes.set(type, own.add(`M${toX(at_ms)} ${top + 10}V${LANE + 10}`)); // Strokes at one place are one.
  }
  const paths = [...strokes].map(
    ([type, own]) =>
      `<path d="${[...own].join('')}" stroke="${COLOURS[type] ?? OTHER}" stroke-width="2"><title>${escapeMarkup(type)}</title></path>`,
  );
  const marks = events
    .filter(({ frame }) => faultyFrames.has(frame))
    .map(({ frame, at_ms }) => {
      const x = toX(at_ms);
      return `<path d="M${x - 5} 0h10l-5 9z" fill="#d32f2f"><title>frame ${frame}, +${at_ms} ms</title></path>`;
    });
  const scale = Array.from({ length: TICKS + 1 }, (_, tick) => {
    const ms = (endMs * tick) / TICKS;
    const anchor = tick === 0 ? 'start' : tick === TICKS ? 'end' : 'middle';
    return `<text x="${toX(ms)}" y="${HEIGHT - 5}" text-anchor="${anchor}">${Math.round(ms)} ms</text>`;
  });
  const isGood = verdict === 'conforms';
  const told = `${event_count} events in ${duration_ms} ms, ${longestWait(events)}ended: ${ending.replaceAll('_', ' ')}`;
  return `<p><span class="v ${isGood ? 'passed' : 'failed'}">${verdict.replaceAll('_', ' ')}</span> ${escapeMarkup(flow)}, exchange ${exchange}: ${told}</p>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeMarkup(`Events of ${flow}, exchange ${exchange}: ${told}`)}">${paths.join('')}<path d="M${WIDTH - 2} 4V${LANE + 14}" stroke="currentColor" stroke-dasharray="3 2"><title>end: ${escapeMarkup(ending)}</title></path>${marks.join('')}${scale.join('')}</svg>
`;
}

function longestWait(events: StreamReport['events']): string {
  const gaps = events.map(({ at_ms }, index) => at_ms - (events[index - 1]?.at_ms ?? 0));
  return gaps.length > 0 ? `longest wait ${Math.round(Math.max(...gaps))} ms, ` : '';
}

/** What the colours stand for. */
export function drawKey(): string {
  return `<p>${Object.entries(COLOURS)
    .map(([type, colour]) => `<span class="key" style="background:${colour}"></span>${type}`)
    .join('')}</p>`;
}
