import { factOf } from '../contract/checks/fact-of.ts';
import type { CheckReport, ExchangeReport, Report } from '../contract/verdict/report.ts';
import { type Cause, listCauses, placesOf } from './causes.ts';
import { escapeMarkup } from './escape.ts';
import { SCRIPT, STYLE } from './html-page.ts';
import { drawKey, drawStream } from './html-stream.ts';
import type { Reporter } from './reporter.ts';

const SHOWN_PLACES = 5;
const SHOWN_REQUESTS = 2000;

/** A request as a row of the table; bodies stay in other reports. */
type RequestRow = Pick<ExchangeReport, 'flow' | 'number' | 'method' | 'url' | 'status' | 'end_ms' | 'ending'>;

/** One offline HTML file: the verdict, a card for each cause, the faulty streams in time, requests, coverage, all checks. */
export const html: Reporter = async function* (events, { toolVersion }) {
  const requests: RequestRow[] = [];
  for await (const event of events) {
    if (event.type === 'exchange' && requests.length < SHOWN_REQUESTS) {
      const { flow, number, method, url, status, end_ms, ending } = event.exchange;
      requests.push({ flow, number, method, url, status, end_ms, ending });
    }
    if (event.type === 'finished') yield* renderPage(event.report, { requests, toolVersion });
  }
};

function* renderPage(
  report: Report,
  { requests, toolVersion }: { readonly requests: readonly RequestRow[]; readonly toolVersion: string },
): Generator<string> {
  const { target, verdict, edition, profile, started_at, duration_ms, exit_code, seed } = report;
  const causes = listCauses(report);
  const title = `Contract: ${verdict.replace('_', ' ')}`;
  yield `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta http-equiv="Content-Security-Policy" content="default-src 'none';style-src 'unsafe-inline';script-src 'unsafe-inline'"><title>${title}: ${escapeMarkup(target)}</title><style>${STYLE}</style></head><body>
<h1>Contract: <span class="${verdict === 'conforms' ? 'passed' : verdict === 'inconclusive' ? 'inconclusive' : 'failed'}">${verdict.replace('_', ' ')}</span></h1>
<p>${escapeMarkup(target)} · edition ${edition} · profile ${profile} · seed ${escapeMarkup(String(seed))} · ${escapeMarkup(started_at)} · ${report.requests} requests, ${report.turns} turns, ${(duration_ms / 1000).toFixed(1)} s · coverage ${report.coverage.percent} % · exit ${exit_code} · chat-mock ${escapeMarkup(toolVersion)}</p>
${summaryBar(report)}
${lines('Waivers', report.waivers)}${lines('Left behind', report.left)}${lines(
  'Kept',
  report.kept.map(({ flow, session_id, delete: line }) => `${session_id} of ${flow}: ${line}`),
)}${lines('Notes', report.notes)}`;
  if (causes.length > 0) yield `<h2>Causes</h2>\n${causes.length > 1 ? filters(causes) : ''}\n`;
  for (const cause of causes) yield renderCause(cause);
  yield* renderStreams(report);
  yield `\n<h2>Coverage</h2>\n${renderCoverage(report.coverage)}`;
  yield `\n<h2>Observed where the contract leaves it free</h2>\n${observations(report)}`;
  yield `\n<h2>All checks</h2>\n${renderChecks(report.checks)}`;
  yield `\n<h2>Requests</h2>\n<details><summary>${requests.length} requests</summary>\n`;
  yield* renderRequests(requests, target);
  yield `</details>\n<script>${SCRIPT}</script>\n</body></html>\n`;
}

function summaryBar({ counts, checks }: Report): string {
  const cells = Object.entries(counts).filter(([, count]) => count > 0);
  const bar = cells.map(
    ([name, count]) =>
      `<i class="${name}" style="width:${((100 * count) / Math.max(1, checks.length)).toFixed(2)}%"></i>`,
  );
  const words = cells.map(([name, count]) => `<span class="v ${name}">${count} ${name}</span>`);
  return `<div class="bar" aria-hidden="true">${bar.join('')}</div>\n<p>${words.join(' · ')}</p>`;
}

function lines(title: string, texts: readonly string[]): string {
  if (texts.length === 0) return '';
  return `<h2>${title}</h2><ul>${texts.map((text) => `<li>${escapeMarkup(text)}</li>`).join('')}</ul>\n`;
}

function areaOf({ id }: CheckReport): string {
  return id.split('.')[0] ?? id;
}

function filters(causes: readonly Cause[]): string {
  const boxes = (name: string, values: readonly string[]) =>
    [...new Set(values)]
      .map(
        (value) =>
          `<label><input type="checkbox" name="${name}" value="${escapeMarkup(value)}" checked> ${escapeMarkup(value)}</label>`,
      )
      .join('');
  const verdicts = causes.map(({ check }) => check.verdict);
  return `<div class="filter" role="group" aria-label="Filter by verdict">${boxes('verdict', verdicts)}</div>
<div class="filter" role="group" aria-label="Filter by area">${boxes(
    'area',
    causes.map(({ check }) => areaOf(check)),
  )}</div>`;
}

function renderCause({ check, blocks }: Cause): string {
  const { id, verdict, requirement, rationale, why, repeat } = check;
  const places = placesOf(check);
  const told = places.slice(0, SHOWN_PLACES).map(({ flow, finding }) => {
    const timeline = finding.timeline.map(
      ({ frame, byte, at_ms, text, is_place }) =>
        `<span class="${is_place ? 'place' : 'dim'}">${is_place ? '▶' : ' '} frame ${frame}, byte ${byte}, +${at_ms} ms  ${escapeMarkup(text)}</span>`,
    );
    return `<dl><dt>where</dt><dd>${escapeMarkup(`${flow} › exchange ${finding.exchange} › ${finding.at}`)}</dd><dt>expected</dt><dd><code>${escapeMarkup(finding.expected)}</code></dd><dt>actual</dt><dd><code class="place">${escapeMarkup(finding.actual)}</code></dd></dl>${timeline.length > 0 ? `<pre>${timeline.join('\n')}</pre>` : ''}`;
  });
  const more = places.length - told.length;
  const others = told.slice(1);
  const flows = new Set(places.slice(1).map(({ flow }) => flow)).size;
  const byHand = places[0]?.finding.reproduce ?? [];
  return `<article class="card ${verdict}" id="${escapeMarkup(id)}" data-verdict="${verdict}" data-area="${escapeMarkup(areaOf(check))}">
<h3><span class="v">${verdict}</span> <a href="#${escapeMarkup(id)}">${escapeMarkup(id)}</a></h3>
<p>${prose(requirement)}</p>${why === null ? '' : `<p>${escapeMarkup(why)}</p>`}
${told[0] ?? ''}${others.length > 0 ? `<details><summary>${places.length - 1} more ${places.length === 2 ? 'place' : 'places'} in ${flows} ${flows === 1 ? 'flow' : 'flows'}</summary>${others.join('')}${more > 0 ? `<p>and ${more} more</p>` : ''}</details>` : ''}
<dl><dt>matters</dt><dd>${prose(rationale)}</dd><dt>source</dt><dd>${renderSource(check)}</dd>${blocks.length > 0 ? `<dt>blocks</dt><dd>${blocks.length} ${blocks.length === 1 ? 'check' : 'checks'} could not be judged because of it: ${escapeMarkup(blocks.join(', '))}</dd>` : ''}</dl>
${copyable(repeat)}${byHand.length > 0 ? `<p class="dim">By hand:</p>${copyable(byHand.join('\n'))}` : ''}</article>
`;
}

/** The cited fact itself: the document may not be where the page is read. */
function renderSource({ source, level, evidence }: CheckReport): string {
  const fact = factOf(source);
  const cited = escapeMarkup(source.replace(/^file:.*\/(?=docs\/)/, ''));
  const link = /^(?:file|https?):/.test(source) ? `<a href="${escapeMarkup(source)}">${cited}</a>` : cited;
  return `${fact === null ? '' : `${prose(fact)}<br>`}${link} (${level}, ${evidence})`;
}

function copyable(text: string): string {
  return `<div class="copy"><button type="button">Copy</button><pre>${keepLines(text)}</pre></div>`;
}

/** Renders each stream with a finding once; of a run without findings the first stream, as an example. */
function* renderStreams({ streams, checks }: Report): Generator<string> {
  const faulty = new Map<string, Set<number>>();
  for (const { flow, finding } of checks.flatMap(placesOf)) {
    const key = `${flow} ${finding.exchange}`;
    faulty.set(key, (faulty.get(key) ?? new Set<number>()).add(finding.frame ?? 0));
  }
  const bad = streams.filter(
    ({ verdict, flow, exchange }) => verdict !== 'conforms' || faulty.has(`${flow} ${exchange}`),
  );
  const shown = bad.length > 0 ? bad : streams.slice(0, 1);
  if (shown.length === 0) return;
  yield `\n<h2>${bad.length > 0 ? 'Streams with findings' : 'A stream of this run'}</h2>\n${drawKey()}\n`;
  for (const stream of shown) yield drawStream(stream, faulty.get(`${stream.flow} ${stream.exchange}`) ?? new Set());
}

function renderCoverage({ operations, events, requirements, percent }: Report['coverage']): string {
  const tell = (all: Report['coverage']['events']) =>
    all
      .map(({ name, count }) =>
        count > 0
          ? `${escapeMarkup(name)}&nbsp;<span class="dim">${count}</span>`
          : `<s class="dim">${escapeMarkup(name)}</s>`,
      )
      .join(', ');
  const rows = operations.map(
    ({ operation, statuses, other_statuses, states }) =>
      `<tr><td>${operation}</td><td>${tell([...statuses, ...other_statuses])}</td><td>${tell(states)}</td></tr>`,
  );
  return `<p>${percent} % of the model of this edition; what is struck through was not reached. ${requirements.judged} of ${requirements.total} requirements were judged. Events: ${tell(events)}</p>
<table><thead><tr><th>operation</th><th>statuses</th><th>states of the session</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function observations({ observations: seen }: Report): string {
  const rows = seen.map(
    ({ about, value, choice }) =>
      `<tr><td>${escapeMarkup(about)}</td><td><code>${escapeMarkup(JSON.stringify(value))}</code></td><td>${choice ?? ''}</td></tr>`,
  );
  return `<table><thead><tr><th>what</th><th>observed</th><th>setting of the mock</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function renderChecks(checks: readonly CheckReport[]): string {
  const rows = checks.map(
    ({ id, verdict, requirement, why }) =>
      `<tr><td class="v ${verdict}">${verdict}</td><td>${escapeMarkup(id)}</td><td>${prose(requirement)}${why === null ? '' : ` <span class="dim">${escapeMarkup(why)}</span>`}</td></tr>`,
  );
  return `<table><tbody>${rows.join('')}</tbody></table>`;
}

function* renderRequests(requests: readonly RequestRow[], target: string): Generator<string> {
  yield '<table><thead><tr><th class="wide">flow</th><th class="n">no.</th><th>request</th><th class="n">status</th><th class="n">ms</th><th class="wide">ending</th></tr></thead><tbody>';
  for (const { flow, number, method, url, status, end_ms, ending } of requests) {
    const path = url.startsWith(target) ? url.slice(target.replace(/\/$/, '').length) : url;
    yield `<tr><td class="wide">${escapeMarkup(flow)}</td><td class="n">${number}</td><td>${method} ${escapeMarkup(path.slice(0, 200))}</td><td class="n">${status ?? '–'}</td><td class="n">${Math.round(end_ms)}</td><td class="wide">${ending}</td></tr>`;
  }
  yield '</tbody></table>';
}

/** Prose of ours with its \`code\`. */
function prose(text: string): string {
  return escapeMarkup(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');
}

function keepLines(text: string): string {
  return escapeMarkup(text).replaceAll('&#10;', '\n');
}
