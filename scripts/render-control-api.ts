import { plainNames, secretParts, secretWords } from '../src/runtime/secret-names.ts';
import { bodies } from '../src/server/control/bodies.ts';
import { errorStatuses, routes } from '../src/server/control/routes.ts';
import { controlExamples, givens } from './control-examples.ts';
import { listFields, type Schema, showValues, table } from './show-schema.ts';
import { toJsonSchema } from './write-schemas.ts';

const health = { method: 'GET', path: 'health', summary: 'Answers once the server is ready.', body: null } as const;
const endpoints = [health, ...routes];

/** What the caller or the address is refused for, before any endpoint is asked. */
const refusals = {
  foreign_origin: [403, 'A page of another origin called.'],
  foreign_host: [403, 'The Host is a name that is not the one bound (DNS rebinding), and no token is asked for.'],
  control_off: [403, 'Started with `--no-control`, or on an open address without `--control-token`.'],
  token_needed: [401, 'Started with `--control-token`, which came not as `Authorization: Bearer`.'],
  not_found: [404, 'There is no such endpoint; the message lists them.'],
  body_too_large: [413, 'The body is larger than 1 MiB.'],
} as const;

/** Why an endpoint answers with an error. */
const reasons: Readonly<Record<string, string>> = {
  bad_body: 'The body is no JSON, or not what the endpoint takes; the message lists all that is wrong.',
  bad_query: 'A filter is unknown, or has a value that none can have.',
  bad_spec: 'There is no OpenAPI document in that version.',
  unknown_scenario: 'A scenario was named that does not exist; the message suggests one.',
  unknown_stream: 'This world has no stream of that number.',
  nobody_waits: 'No stream waits for that name; the message says which are waited for.',
  timeout: 'Too few requests, or streams, matched in time; the message has the nearest misses.',
  clock_not_manual: 'Only a manual clock can be advanced.',
  not_steerable: 'The stream is over, or not in a state for it; the message says in which.',
  queue_full: 'Too many answers are queued.',
  worlds_full:
    'There are 10,000 worlds, and in every one somebody waits: for the end of a stream, for an answer that is late, or for an event.',
};

/** The control API, made from its table of routes and the schemas of its bodies. */
export function renderControlApi(): string {
  const { $defs = {} } = toJsonSchema(bodies.next);
  return `<!-- Made by \`npm run generate\` from src/server/control and scripts/control-examples.ts; never edited. -->
# Control API

What a test says to the mock, over HTTP. All paths are below \`/__mock/\`; a body is JSON. What is shown of an answer is a part of it. The header \`X-Test-Id\` names the world that is meant; without it, the default one. A world begins with its first request. There are 10,000 at most: for one more the least recently used is dropped, but never one in which somebody waits; if all are like that, the answer is a 503. In a program the same is \`mock.next\`, \`mock.journal\`, \`mock.streams\`, \`mock.waitForStream\`, \`mock.clock\`, \`mock.release\`, \`mock.setChaos\` and \`mock.reset\`, and \`mock.world(id)\` for a world.

${table(
  ['endpoint', 'what it does'],
  endpoints.map((endpoint) => [`[\`${nameOf(endpoint)}\`](#${anchor(nameOf(endpoint))})`, endpoint.summary]),
)}

An error has the shape \`{"error":{"code":…,"message":…}}\`:

${table(
  ['code', 'status', 'when'],
  [
    ...Object.entries(refusals).map(([code, [status, when]]) => [`\`${code}\``, String(status), when]),
    ...Object.entries(errorStatuses).map(([code, status]) => [`\`${code}\``, String(status), reasonOf(code)]),
  ],
)}

${endpoints.map(renderEndpoint).join('\n\n')}

## Match

Which requests are meant. All that is given must hold; a map holds where what it names is there, whatever else is.

${renderFields($defs, 'Match')}

## What the journal hides

A journal is printed into logs, so it shows no secret. \`[redacted]\` stands in the place of a value:

- of a header, a query parameter or a key of a body whose name is that of a secret: it holds ${list(secretParts)}; or one of its words ends in \`key\` or is ${list(secretWords)}; or its last word is \`session\`. Case, separators and percent-encoding make no difference: \`X-ApiKey\`, \`api_key\` and \`api%5Fkey\` are one. A whole \`Cookie\` header is hidden
- in any header: \`Bearer …\`, \`Basic …\` and the like, user and password in a URL, and what the query of a URL hides
- that is a key given with \`--api-key\` or \`--control-token\`, wherever it stands, also percent-encoded or inside base64; it must have at least 8 characters. Such a key is hidden in a path too, and in the log

Shown are names that end in ${list(plainNames.map((name) => name.replaceAll(' ', '_')))}, numbers of tokens (\`max_tokens\`), and a \`session_id\` that begins with \`ses-\`. Requests are matched by the path and the body that were sent, and by the headers that are shown.

A body above 16 KiB is not kept. One that is not JSON, or is nested more than 100 levels deep, is shown as its text.

## StreamMatch

Which streams are meant. All that is given must hold.

${renderFields(toJsonSchema(bodies.waitForStream).$defs, 'StreamMatch')}

## ChaosRule

What happens to some requests. Chance depends on the seed, the number of the rule and how many requests it has seen, so it strikes the same ones each time. Latencies add up; the first rule that answers is the last that is asked.

${renderFields(toJsonSchema(bodies.chaos).$defs, 'ChaosRule')}

Expected: ${lowerFirst(describe($defs['Expected']))}

Operation: ${showValues($defs['Operation'] as Schema)}.

InlineScenario: a scenario without \`when\` whose name may be left out, as JSON. [scenarios.md](scenarios.md) has its keys.
`;
}

function list(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}

function renderFields(defs: Readonly<Record<string, Schema>> = {}, name: string): string {
  const fields = listFields(defs[name] as Schema, { defs }); // Named in the schemas of the bodies.
  return table(
    ['field', 'values', 'meaning'],
    fields.map(({ name, values, meaning }) => [`\`${name}\``, values, meaning]),
  );
}

/** As people write it: a parameter has a name. */
function nameOf({ method, path }: { readonly method: string; readonly path: string }): string {
  return `${method} ${path.replace('streams/*', 'streams/{id}').replace('holds/*', 'holds/{name}')}`;
}

function reasonOf(code: string): string {
  const reason = reasons[code];
  if (reason === undefined) throw new Error(`There is no text for the error ${code} in scripts/render-control-api.ts.`);
  return reason;
}

function renderEndpoint({ method, path, summary, body }: (typeof endpoints)[number]): string {
  const example = controlExamples[`${method} ${path}`];
  if (!example) throw new Error(`There is no example of ${method} ${path} in scripts/control-examples.ts.`);
  const fields = body === null ? [] : listFields(toJsonSchema(bodies[body]));
  const rows = fields.map(({ name, values, isRequired, meaning }) => [
    `\`${name}\`${isRequired ? '' : '?'}`,
    values,
    meaning,
  ]);
  const given = givens[example.given];
  const { answer } = example;
  const parts = [
    `## ${nameOf({ method, path })}`,
    summary,
    ...(rows.length > 0 ? [table(['body', 'values', 'meaning'], rows)] : []),
    ...(given === null ? [] : [given]),
    `\`\`\`sh\n${toCurl(method, { path, ...example })}\n\`\`\``,
    typeof answer === 'string' ? `\`\`\`text\n${answer}\n\`\`\`` : `\`\`\`json\n${JSON.stringify(answer)}\n\`\`\``,
  ];
  return parts.join('\n\n');
}

/** The example as a command to paste. */
export function toCurl(
  method: string,
  { path, body, isStream = false }: { readonly path: string; readonly body?: object; readonly isStream?: boolean },
): string {
  const unbuffered = isStream ? ' -N' : ''; // A stream is shown as it comes.
  const verb = method === 'GET' ? '' : ` -X ${method}`;
  const sent = body ? ` -d '${JSON.stringify(body)}'` : '';
  return `curl${unbuffered}${verb} 'http://127.0.0.1:4010/__mock/${path}'${sent}`;
}

function describe(schema: unknown): string {
  return (schema as { readonly description: string }).description;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** As GitHub makes them of headings. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');
}
