import type { CheckReport, Report, StreamReport } from '../contract/verdict/report.ts';
import { escapeMarkup } from './escape.ts';
import { findingText } from './finding-text.ts';
import { fromReport } from './reporter.ts';

const WIDTH = 900;
const HEIGHT = 34;
/** One colour per event type, the same in both themes. */
const COLOURS: Readonly<Record<string, string>> = {
  thinking_delta: '#b39ddb',
  thinking: '#7e57c2',
  text_delta: '#90caf9',
  text: '#1e88e5',
  tool_call: '#ffb74d',
  tool_result: '#fb8c00',
  user_input: '#a1887f',
  stop: '#e53935',
};
const STYLE = `:root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;max-width:960px;margin:2rem auto;padding:0 1rem}
pre{overflow-x:auto;background:#8881;padding:.75rem;border-radius:6px;font-size:12px}table{border-collapse:collapse;width:100%}
td,th{text-align:left;padding:.25rem .75rem .25rem 0;vertical-align:top;border-bottom:1px solid #8883}summary{cursor:pointer}
.v{display:inline-block;min-width:7.5em;font-weight:600}.failed,.bug,.flaky{color:#d32f2f}.passed{color:#2e7d32}.inconclusive,.waived{color:#b26a00}
.skipped,.blocked{color:#888}svg{width:100%;height:auto;background:#8881;border-radius:6px}.key{display:inline-block;width:.8em;height:.8em;margin:0 .3em 0 1em}`;

/** One offline HTML file: failures open, everything else folded, each stream drawn on a time axis. */
export const html = fromReport(function* (report, { toolVersion }) {
  const { checks, streams } = report;
  const isTold = ({ verdict, cases }: CheckReport) =>
    verdict !== 'passed' && verdict !== 'skipped' ? true : cases.some(({ findings }) => findings.length > 0);
  yield `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Contract: ${escapeMarkup(report.target)}</title><style>${STYLE}</style></head><body>
<h1>Contract: <span class="${report.verdict === 'conforms' ? 'passed' : 'failed'}">${report.verdict.replace('_', ' ')}</span></h1>
<p>${escapeMarkup(report.target)} · edition ${report.edition} · profile ${report.profile} · ${report.requests} requests, ${report.turns} turns, ${(report.duration_ms / 1000).toFixed(1)} s · exit ${report.exit_code} · chat-mock ${escapeMarkup(toolVersion)}</p>
${numbers(report)}
${lines('Waivers', report.waivers)}${lines('Left behind', report.left)}${lines('Notes', report.notes)}
`;
  for (const check of checks) if (isTold(check)) yield renderCheck(check, true);
  yield `\n<h2>Streams</h2>${key()}`;
  for (const stream of streams) yield drawStream(stream);
  yield `\n<h2>Observed where the contract leaves it free</h2>${observations(report)}\n<h2>All checks</h2>`;
  for (const check of checks) yield renderCheck(check, false);
  yield '\n</body></html>\n';
});

function numbers({ counts }: Report): string {
  const cells = Object.entries(counts).filter(([, count]) => count > 0);
  return `<p>${cells.map(([name, count]) => `<span class="v ${name}">${count} ${name}</span>`).join(' ')}</p>`;
}

function lines(title: string, texts: readonly string[]): string {
  if (texts.length === 0) return '';
  return `<h2>${title}</h2><ul>${texts.map((text) => `<li>${escapeMarkup(text)}</li>`).join('')}</ul>`;
}

function renderCheck(check: CheckReport, isOpen: boolean): string {
  const cases = check.cases
    .map(({ flow, verdict, why, findings }) => {
      const found = findings.slice(0, 5).map((finding) => `<pre>${keepLines(findingText(finding))}</pre>`);
      const more = findings.length > 5 ? `<p>and ${findings.length - 5} more places</p>` : '';
      return `<p><span class="v ${verdict}">${verdict}</span> ${escapeMarkup(flow)} ${escapeMarkup(why ?? '')}</p>${found.join('')}${more}`;
    })
    .join('');
  return `<details${isOpen ? ' open' : ''}><summary><span class="v ${check.verdict}">${check.verdict}</span> <b>${escapeMarkup(check.id)}</b> ${escapeMarkup(check.requirement)}</summary>
<p>${check.level}, ${check.evidence}; ${escapeMarkup(check.source)}. ${escapeMarkup(check.rationale)} ${escapeMarkup(check.cases.length === 0 ? (check.why ?? '') : '')}</p>${cases}<pre>${escapeMarkup(check.repeat)}</pre></details>
`;
}

/** Draws events as strokes along the turn's time; a buffered stream shows as one stroke at its end. */
function drawStream({ flow, exchange, verdict, ending, duration_ms, event_count, events }: StreamReport): string {
  const end = Math.max(duration_ms, 1);
  const strokes = events.map(({ at_ms, type, bytes }) => {
    const x = ((at_ms / end) * (WIDTH - 2)).toFixed(1);
    const height = type.endsWith('_delta') ? HEIGHT / 2 : HEIGHT;
    const title = `<title>${escapeMarkup(type)} +${at_ms} ms, ${bytes} bytes</title>`;
    return `<rect x="${x}" y="${HEIGHT - height}" width="2" height="${height}" fill="${COLOURS[type] ?? '#888'}">${title}</rect>`;
  });
  return `<p><span class="v ${verdict === 'conforms' ? 'passed' : 'failed'}">${verdict.replaceAll('_', ' ')}</span> ${escapeMarkup(flow)}, exchange ${exchange}: ${event_count} events in ${duration_ms} ms, ${ending.replaceAll('_', ' ')}</p>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="arrival of events">${strokes.join('')}</svg>
`;
}

function key(): string {
  return `<p>${Object.entries(COLOURS)
    .map(([type, colour]) => `<span class="key" style="background:${colour}"></span>${type}`)
    .join('')}</p>`;
}

function observations({ observations: seen }: Report): string {
  const rows = seen.map(
    ({ about, value, choice }) =>
      `<tr><td>${escapeMarkup(about)}</td><td><code>${escapeMarkup(JSON.stringify(value))}</code></td><td>${choice ?? ''}</td></tr>`,
  );
  return `<table><tr><th>what</th><th>observed</th><th>setting of the mock</th></tr>${rows.join('')}</table>`;
}

function keepLines(text: string): string {
  return escapeMarkup(text).replaceAll('&#10;', '\n');
}
