import { toChoices } from '../observations/index.ts';
import { parseJson } from '../record/json.ts';
import type { Observation, Report, RunEvent } from './report.ts';

/**
 * How two servers differ: `contract` one honours what the other does not · `choice` they do otherwise where both may ·
 * `shape` one sends keys or types that the other does not.
 */
export interface Drift {
  readonly kind: 'contract' | 'choice' | 'shape';
  readonly what: string;
  readonly here: string;
  readonly there: string;
}

/** All differences between two servers. */
export interface Comparison {
  readonly drifts: readonly Drift[];
  /** What a choices file must hold to make the mock of `here` behave as `there`. */
  readonly patch: Readonly<Record<string, unknown>>;
}

/** What a run showed. */
export interface RunTrace {
  readonly report: Report;
  /** By operation: every path in its successful answers with the type of what stands there. */
  readonly shapes: ReadonlyMap<string, ReadonlySet<string>>;
}

/**
 * Iterates over a run to its end and returns what `compareRuns` needs. Calls back with each event.
 *
 * @example
 * const trace = await traceRun(verify({ url }), (event) => console.log(event.type));
 */
export async function traceRun(
  events: AsyncIterable<RunEvent>,
  onEvent: (event: RunEvent) => void | Promise<void> = () => {},
): Promise<RunTrace> {
  const shapes = new Map<string, Set<string>>();
  let report: Report | undefined;
  for await (const event of events) {
    await onEvent(event);
    if (event.type === 'finished') report = event.report;
    // A body that was cut has no rest to compare.
    if (event.type !== 'exchange' || event.exchange.is_cut) continue;
    if (event.exchange.status === null || event.exchange.status >= 300) continue;
    const { operation, response_body } = event.exchange;
    if (operation === null) continue;
    const known = shapes.get(operation) ?? new Set<string>();
    shapes.set(operation, known);
    for (const value of valuesIn(response_body)) addPaths(value, '$', known);
  }
  if (!report) throw new Error('The run ended without a report.');
  return { report, shapes };
}

/** What a comparison looks at. */
export interface Compared {
  readonly report: {
    readonly checks: readonly { readonly id: string; readonly verdict: string }[];
    readonly observations: readonly Pick<Observation, 'about' | 'value' | 'choice'>[];
  };
  readonly shapes: RunTrace['shapes'];
}

/**
 * Compares what two servers did in runs with the same options.
 *
 * @example
 * const [mock, staging] = [await traceRun(verify({ fetch })), await traceRun(verify({ url }))];
 * const { drifts, patch } = compareRuns(mock, staging); // `patch`: the choices that make the mock alike.
 */
export function compareRuns(here: Compared, there: Compared): Comparison {
  const patch = toChoices(there.report.observations);
  const own = toChoices(here.report.observations);
  return {
    drifts: [
      ...contractDrifts(here.report, there.report),
      ...choiceDrifts(here.report, there.report),
      ...shapeDrifts(here, there),
    ],
    patch: Object.fromEntries(Object.entries(patch).filter(([name, value]) => !isSame(own[name], value))),
  };
}

function contractDrifts(here: Compared['report'], there: Compared['report']): Drift[] {
  return here.checks.flatMap(({ id, verdict }): Drift[] => {
    const other = there.checks.find((check) => check.id === id)?.verdict ?? 'skipped';
    return other === verdict ? [] : [{ kind: 'contract', what: id, here: verdict, there: other }];
  });
}

function choiceDrifts(here: Compared['report'], there: Compared['report']): Drift[] {
  const abouts = [...new Set([...here.observations, ...there.observations].map(({ about }) => about))];
  return abouts.flatMap((about): Drift[] => {
    const [one, other] = [here, there].map(
      ({ observations }) => observations.find((seen) => seen.about === about)?.value,
    );
    return isSame(one, other) ? [] : [{ kind: 'choice', what: about, here: show(one), there: show(other) }];
  });
}

function shapeDrifts(here: Compared, there: Compared): Drift[] {
  const operations = [...here.shapes.keys()].filter((operation) => there.shapes.has(operation));
  return operations.flatMap((operation) => {
    const [one, other] = [
      here.shapes.get(operation) ?? new Set<string>(),
      there.shapes.get(operation) ?? new Set<string>(),
    ];
    const drift = (path: string, isHere: boolean): Drift => ({
      kind: 'shape',
      what: `${operation} ${path}`,
      here: isHere ? 'sent' : 'never',
      there: isHere ? 'never' : 'sent',
    });
    return [
      ...[...one].filter((path) => !other.has(path)).map((path) => drift(path, true)),
      ...[...other].filter((path) => !one.has(path)).map((path) => drift(path, false)),
    ];
  });
}

/** A body's JSON; of a stream, each event's. */
function valuesIn(body: string): unknown[] {
  const texts = /^\s*[{[]/.test(body) ? [body] : [...body.matchAll(/^data: ?(.*)$/gm)].map(([, data]) => data ?? '');
  return texts.flatMap((text) => {
    const reading = parseJson(text);
    return reading.ok ? [reading.value] : []; // What is not JSON has no shape; a check reports it.
  });
}

/** Free-form parts, whose keys are data. */
const FREE = /\.(arguments|result)$/;

function addPaths(value: unknown, path: string, into: Set<string>): void {
  into.add(`${path}: ${value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value}`);
  if (FREE.test(path) || typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) for (const item of value) addPaths(item, `${path}[]`, into);
  else for (const [key, inner] of Object.entries(value)) addPaths(inner, `${path}.${key}`, into);
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function show(value: unknown): string {
  return value === undefined ? 'not seen' : JSON.stringify(value);
}
