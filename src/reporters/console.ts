import type { CheckReport, Report, ReportedFinding, RunEvent } from '../contract/verdict/report.ts';
import { escapeUnsafe } from '../runtime/escape.ts';
import { shorten, shortenMiddle } from '../runtime/shorten.ts';
import { wrapWords } from '../runtime/wrap-words.ts';
import { type Cause, listCauses, listOrphans, type Place, placesOf } from './causes.ts';
import { coverageText } from './coverage-text.ts';
import type { Reporter, ReporterOptions } from './reporter.ts';

/** Fewer are not shown of a value, however narrow the terminal. */
const FEWEST_CHARACTERS = 20;
const LABEL_WIDTH = 10;
/** The evidence of an edition that the user named: only evidence that the runner found is printed. */
const ASKED = 'It was asked for.';
const VERDICT_COLOURS = { conforms: 'green', inconclusive: 'yellow' } as const;

/**
 * Text for a terminal: the verdict first, then one block for each cause, then what was skipped. In GitHub Actions,
 * annotations too.
 */
export const console: Reporter = async function* (events, options) {
  for await (const event of events) {
    if (event.type === 'started') yield begin(event, options);
    if (event.type === 'note') yield `${options.paint('yellow', 'note')} ${escapeUnsafe(event.text)}\n`;
    if (event.type === 'finished') yield* render(event.report, options);
  }
};

function begin(
  { target, edition, edition_evidence, profile, flows, max_run_ms: maxRunMs }: RunEvent & { readonly type: 'started' },
  { paint, width }: ReporterOptions,
): string {
  const evidence = edition_evidence.join(' ');
  // Traffic that was recorded has no limit.
  const limit = maxRunMs > 0 ? ` · at most ${maxRunMs / 1000} s` : '';
  const told = evidence === ASKED ? '' : row('edition', escapeUnsafe(evidence), width);
  return `${paint('bold', 'chat-mock verify')} ${escapeUnsafe(target)} · edition ${edition} · profile ${profile} · ${count(flows.length, 'flow')}${limit}\n${told}`;
}

function* render(report: Report, options: ReporterOptions): Generator<string> {
  const { paint, annotates } = options;
  const causes = listCauses(report);
  yield `\n${headline(report, options)}\n`;
  for (const cause of causes) if (!isMute(cause)) yield* renderCause(cause, options);
  yield* renderMute(causes.filter(isMute), options);
  for (const problem of report.waivers) yield `\n${paint('red', 'WAIVER')}  ${escapeUnsafe(problem)}\n`;
  if (report.left.length > 0)
    yield `\n${paint('red', 'LEFT BEHIND')}  ${report.left.length} sessions could not be deleted: ${escapeUnsafe(report.left.join(', '))}\n`;
  for (const { flow, session_id, delete: line } of report.kept)
    yield `\n${paint('yellow', 'KEPT')}  ${escapeUnsafe(`${session_id} of ${flow}. Delete it with:`)}\n  ${escapeUnsafe(line)}\n`;
  yield* notJudged(report, options);
  if (options.isVerbose)
    for (const line of coverageText(report.coverage)) yield `${paint('dim', escapeUnsafe(line))}\n`;
  const failing = causes.map(({ check }) => check).filter(({ verdict }) => !['passed', 'waived'].includes(verdict));
  if (annotates) yield* failing.map(toAnnotation);
}

/** Nothing can be said of it, and where is no matter. */
function isMute({ check }: Cause): boolean {
  return check.verdict === 'inconclusive' && placesOf(check).length === 0;
}

/** One block for each reason. */
function* renderMute(causes: readonly Cause[], { paint, width }: ReporterOptions): Generator<string> {
  for (const [why, same] of groupBy(causes, ({ check }) => check.why ?? 'no reason')) {
    yield `\n${paint('yellow', 'INCONCLUSIVE')}  ${wrapWords(same.map(({ check }) => check.id).join(', '), width - 14).join('\n  ')}\n`;
    yield row('because', escapeUnsafe(why), width);
    const [first] = same;
    if (first) yield row('repeat', escapeUnsafe(first.check.repeat));
  }
}

/** What came of it, in one line. */
function headline(
  { verdict, counts, requests, turns, left, duration_ms, exit_code, coverage }: Report,
  { paint }: ReporterOptions,
): string {
  const colour = VERDICT_COLOURS[verdict as keyof typeof VERDICT_COLOURS] ?? 'red';
  const word = paint('bold', paint(colour, verdict.replace('_', ' ')));
  const order = ['failed', 'flaky', 'bug', 'inconclusive', 'blocked', 'waived', 'passed', 'skipped'] as const;
  const numbers = order
    .filter((name) => counts[name] > 0)
    .map((name) =>
      name === 'bug' ? count(counts.bug, 'runner bug') : `${counts[name]} ${name === 'blocked' ? 'not judged' : name}`,
    );
  const cost = `${requests} requests, ${turns} turns, ${(duration_ms / 1000).toFixed(1)} s`;
  return `${word}: ${numbers.join(', ')} · ${cost} · ${count(left.length, 'session')} left · coverage ${coverage.percent} % · exit ${exit_code}`;
}

function* renderCause({ check, blocks }: Cause, options: ReporterOptions): Generator<string> {
  const { id, verdict, why, requirement, level, evidence, source, rationale, repeat } = check;
  const { paint, isVerbose, width } = options;
  const word = verdict === 'passed' ? 'SHOULD' : verdict === 'bug' ? 'RUNNER BUG' : verdict.toUpperCase();
  const colour = verdict === 'failed' || verdict === 'bug' ? 'red' : 'yellow';
  yield `\n${paint(colour, word)}  ${paint('bold', id)}\n  ${requirement}\n`;
  const places = placesOf(check);
  for (const place of isVerbose ? places : places.slice(0, 1)) yield* renderPlace(place, options);
  if (why !== null && (verdict === 'flaky' || places.length === 0)) yield row('because', escapeUnsafe(why), width);
  if (verdict === 'bug') yield row('', 'Please report it: the server is not to blame.');
  const more = places.slice(1);
  if (more.length > 0 && !isVerbose) yield row('also', `${count(more.length, 'more place')} in ${countFlows(more)}`);
  if (places.length > 0) yield row('matters', rationale, width);
  yield row('source', `${source} (${level}, ${evidence})`);
  yield row('repeat', escapeUnsafe(repeat));
  const isFailure = verdict === 'failed' || verdict === 'flaky';
  if (places[0] && (isFailure || isVerbose)) yield* reproduction(places[0].finding, options);
  if (blocks.length > 0)
    yield row(
      'blocks',
      `${count(blocks.length, 'check')} could not be judged because of it: ${blocks.join(', ')}`,
      width,
    );
}

function* renderPlace({ flow, finding }: Place, { paint, width }: ReporterOptions): Generator<string> {
  yield row('where', escapeUnsafe(`${flow} › exchange ${finding.exchange} › ${finding.at}`));
  for (const { frame, at_ms, text, is_place } of finding.timeline) {
    const head = `    ${is_place ? '▶' : ' '} frame ${frame}, +${at_ms} ms  `;
    const cut = { width: width - head.length, key: is_place ? keyOf(finding.at) : undefined };
    const shown = cutAround(escapeUnsafe(text), cut);
    yield is_place ? `${paint('red', head + shown)}\n` : `${head}${paint('dim', shown)}\n`;
  }
  const valueWidth = width - LABEL_WIDTH - 2;
  yield row('expected', cutMiddle(escapeUnsafe(finding.expected), valueWidth));
  yield row('actual', paint('red', cutMiddle(escapeUnsafe(finding.actual), valueWidth)));
}

/** Whole, since they are pasted. */
function* reproduction({ reproduce }: ReportedFinding, { paint }: ReporterOptions): Generator<string> {
  if (reproduce.length === 0) return;
  yield row('by hand', paint('dim', 'export LLAMA_CLOUD_API_KEY=… first'));
  for (const line of reproduce) yield `    ${escapeUnsafe(line)}\n`;
}

/** Checks that say nothing, one line for each reason. */
function* notJudged(report: Report, { paint, width }: ReporterOptions): Generator<string> {
  const silent = [...report.checks.filter(({ verdict }) => verdict === 'skipped'), ...listOrphans(report)];
  const reasons = groupBy(silent, ({ verdict, why }) => `${verdict}, ${why ?? 'no reason'}`);
  if (reasons.size > 0) yield '\n';
  for (const [reason, checks] of reasons)
    yield paint(
      'dim',
      wrapWords(`${escapeUnsafe(reason)}: ${checks.map(({ id }) => id).join(', ')}`, width - 2).join('\n  '),
    ).concat('\n');
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

/** A labelled text, wrapped to the width. */
function row(label: string, text: string, width = Infinity): string {
  const lines = wrapWords(text, width - LABEL_WIDTH - 2);
  return lines.map((line, index) => `  ${(index === 0 ? label : '').padEnd(LABEL_WIDTH)}${line}\n`).join('');
}

function count(amount: number, thing: string): string {
  return `${amount} ${thing}${amount === 1 ? '' : 's'}`;
}

function countFlows(places: readonly Place[]): string {
  return count(new Set(places.map(({ flow }) => flow)).size, 'flow');
}

/** The key that a place such as `$.usage.turns` ends with. */
function keyOf(at: string): string | undefined {
  return /\.(\w+)(?:\[\w*\])*(?:,|$)/.exec(at.slice(Math.max(0, at.lastIndexOf('.'))))?.[1];
}

/** A frame keeps its beginning, and the value that the finding is about is in sight. */
function cutAround(text: string, { width, key }: { readonly width: number; readonly key: string | undefined }): string {
  const shown = cutMiddle(text, width);
  const start = key === undefined ? -1 : text.indexOf(`"${key}":`);
  const named = text.slice(start, start + FEWEST_CHARACTERS);
  if (start === -1 || shown.includes(named)) return shown;
  const begin = text.slice(0, Math.floor(width / 3));
  return `${begin}…${shorten(text.slice(start), Math.max(FEWEST_CHARACTERS, width - begin.length - 1))}`;
}

/** Long values keep both ends. */
function cutMiddle(text: string, width: number): string {
  const characters = Math.max(FEWEST_CHARACTERS, width);
  return shortenMiddle(text, { characters, tail: Math.floor((characters - 1) / 3) });
}

/** GitHub reads these annotations from the log. */
function toAnnotation({ id, verdict, requirement, cases }: CheckReport): string {
  const [finding] = cases.flatMap((one) => one.findings);
  const text = `${verdict}: ${requirement}${finding ? ` ${finding.at}: expected ${finding.expected}, actual ${finding.actual}` : ''}`;
  const escaped = text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  return `::${verdict === 'failed' || verdict === 'bug' ? 'error' : 'warning'} title=${id}::${escaped}\n`;
}
