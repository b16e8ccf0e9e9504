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
  /** By operation: the headers of its successful answers, and every path in them with the type of what stands there. */
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
    const { operation, response_body, response_headers } = event.exchange;
    if (operation === null) continue;
    const known = shapes.get(operation) ?? new Set<string>();
    shapes.set(operation, known);
    const add = (path: string) => {
      if (known.size < MOST_PATHS) known.add(path);
    };
    for (const [name] of response_headers)
      if (!PASSING_HEADERS.has(name.toLowerCase())) add(`header ${name.toLowerCase()}`);
    for (const { value, root } of valuesIn(response_body)) addPaths(value, { path: root, add });
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

/** A body's JSON; of a stream, each event's, by the name of its type. */
function valuesIn(body: string): { readonly value: unknown; readonly root: string }[] {
  const isJson = /^\s*[{[]/.test(body);
  const texts = isJson ? [body] : [...body.matchAll(/^data: ?(.*)$/gm)].map(([, data]) => data ?? '');
  return texts.flatMap((text) => {
    const reading = parseJson(text);
    if (!reading.ok) return []; // What is not JSON has no shape; a check reports it.
    return [{ value: reading.value, root: isJson ? '$' : `event ${typeOf(reading.value)}` }];
  });
}

/** Of an event; one that has no plain type is any. */
function typeOf(value: unknown): string {
  const type = typeof value === 'object' && value !== null && 'type' in value ? value.type : null;
  return typeof type === 'string' && /^[\w.-]{1,64}$/.test(type) ? type : '?';
}

/** Free-form parts, whose keys are data. */
const FREE = /\.(arguments|result)$/;
/** The history of a session: its events differ by their types as those of a stream do. */
const HISTORY = '$.events';
/** A server whose keys are data would fill the memory. */
const MOST_PATHS = 5000;
/** Headers of one connection or moment, and how the body of one answer was sent. */
const PASSING_HEADERS: ReadonlySet<string> = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade', 'trailer', 'date', 'age'],
  ...['content-length', 'content-encoding'],
]);

interface Adding {
  readonly path: string;
  readonly add: (path: string) => void;
}

function addPaths(value: unknown, { path, add }: Adding): void {
  add(`${path}: ${value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value}`);
  if (FREE.test(path) || typeof value !== 'object' || value === null) return;
  if (Array.isArray(value))
    for (const item of value)
      addPaths(item, { path: path === HISTORY ? `${path}[] event ${typeOf(item)}` : `${path}[]`, add });
  else for (const [key, inner] of Object.entries(value)) addPaths(inner, { path: `${path}.${key}`, add });
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function show(value: unknown): string {
  return value === undefined ? 'not seen' : JSON.stringify(value);
}
