import { turnRules } from '../src/api/turn-rules.ts';
import { createRandom } from '../src/runtime/random.ts';
import { dryTurn } from '../src/scenario/dry-turn.ts';
import { endingTexts } from '../src/scenario/endings.ts';
import { type FullPace, paces } from '../src/scenario/paces.ts';
import { Scenario } from '../src/scenario/schema.ts';
import { playSteps } from '../src/scenario/steps-to-events.ts';
import { toJsonSchema } from './render-schemas.ts';
import { listFields, type Schema, showValues, table } from './show-schema.ts';

const DELTAS = 10_000;

/** The catalogue of what can go wrong, made from the tables that the engine goes by. */
export function renderFaults(scenarios: readonly Scenario[]): string {
  const { $defs = {} } = toJsonSchema(Scenario);
  const { after } = propertiesOf($defs['Ends']);
  return `<!-- Made by \`npm run generate:documents\` from src/scenario and fixtures/scenarios; never edited. -->
# Faults

Everything a scenario can do to a response. [scenarios.md](scenarios.md) shows how to write one, [failing-on-purpose.md](failing-on-purpose.md) what to try first.

## Ready to use

Start a prompt with \`/name\`, or send the header \`X-Mock-Scenario: name\`.

${table(
  ['scenario', 'what happens'],
  scenarios.filter(isFaulty).map(({ scenario, description = '' }) => [`\`${scenario}\``, description]),
)}

## Ends

\`ends: { after: …, how: … }\` ends an answer where you say: the client receives exactly what \`after\` says, at every speed, then what \`how\` says. Without \`after\` the whole answer comes first.

${table(
  ['how', 'what the client sees'],
  Object.entries(endingTexts).map(([how, text]) => [`\`${how}\``, text]),
)}

${table(
  ['after', 'what comes before the end'],
  (after?.anyOf ?? []).flatMap((place) => {
    if (typeof place !== 'object') return [];
    if (place.const !== undefined) return [[`\`${String(place.const)}\``, 'Not even headers.']];
    return listFields(place).map(({ name, meaning }) => [`\`{ ${name}: N }\``, meaning]);
  }),
)}

## Wire

\`wire: { … }\` decides how the bytes are sent. Settings that are left out follow the [choices](choices.md).

${table(
  ['setting', 'values', 'what it does'],
  Object.entries(propertiesOf($defs['Wire'])).flatMap(([name, setting]) => wireRows(name, setting)),
)}

## Rules of a turn

The events of a turn keep these rules. A scenario whose steps break one does not load unless it names the rule in \`violates\`. Naming a rule that it keeps is an error, too. \`ends\`, \`raw\`, \`wire\` and \`status\` may break rules without \`violates\`.

${table(
  ['rule', 'requirement'],
  Object.entries(turnRules).map(([rule, requirement]) => [`\`${rule}\``, requirement]),
)}

## Paces

\`pace: name\`, or numbers: \`pace: { first_ms: 350, tokens_per_second: 60, jitter: 0.25, burst: 1 }\`. The gaps between two deltas, in milliseconds, are those of ${DELTAS.toLocaleString('en')} deltas of seed 1; \`--speed\` divides them.

${table(
  ['pace', 'first event', 'deltas a second', 'jitter', 'burst', 'gap p50', 'p90', 'p99', 'longest'],
  Object.entries<FullPace>(paces).map(([name, { first_ms, tokens_per_second, jitter, burst }]) => {
    const gaps = gapsOf(name as keyof typeof paces); // The keys of the table.
    const at = (share: number) => (gaps[Math.ceil(share * gaps.length) - 1] ?? 0).toFixed(1);
    const settings = [`${first_ms} ms`, String(tokens_per_second), String(jitter), String(burst)];
    return [`\`${name}\``, ...settings, at(0.5), at(0.9), at(0.99), at(1)];
  }),
)}
`;
}

/** A row for the setting, and one for each way to write it that has a key of its own. */
function wireRows(name: string, { description = '', ...values }: Schema): string[][] {
  const options = (values.anyOf ?? []).filter((option) => typeof option === 'object');
  const maps = options.filter(({ properties }) => properties);
  const plain = maps.length > 0 ? { anyOf: options.filter(({ properties }) => !properties) } : values;
  return [
    [`\`${name}\``, showValues(plain), description],
    ...maps.flatMap((map) =>
      listFields(map).map((field) => [`\`${name}: { ${field.name}: … }\``, field.values, field.meaning]),
    ),
  ];
}

function propertiesOf(schema: unknown): Readonly<Record<string, Schema>> {
  return (schema as { readonly properties: Readonly<Record<string, Schema>> }).properties; // Of an object, as zod writes it.
}

function isFaulty({ steps = [], wire, ends, status, delay_ms, violates, pace }: Scenario): boolean {
  const kinds = ['raw', 'hold', 'huge'];
  return (
    Boolean(ends ?? status ?? delay_ms ?? wire ?? violates) ||
    typeof pace === 'string' ||
    steps.some((step) => kinds.some((kind) => kind in step))
  );
}

/** Milliseconds between one delta and the next, smallest first. */
function gapsOf(pace: keyof typeof paces): number[] {
  const steps = [{ text: 'a'.repeat(DELTAS), deltas: Array.from({ length: DELTAS }, () => 'a') }];
  const gaps: number[] = [];
  let waitedMs = 0;
  for (const moment of playSteps({ steps, pace }, dryTurn({ random: createRandom(1) }))) {
    if (moment.kind === 'wait') waitedMs += moment.ms;
    if (!('event' in moment) || moment.event.type !== 'text_delta') continue;
    gaps.push(waitedMs);
    waitedMs = 0;
  }
  return gaps.slice(1).toSorted((a, b) => a - b); // The first is the time to the first event.
}
