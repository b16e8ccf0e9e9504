import { plainNames, secretParts, secretWords } from '../src/runtime/secret-names.ts';
import { bodies } from '../src/server/control/bodies.ts';
import { errorStatuses } from '../src/server/control/errors.ts';
import { routes } from '../src/server/control/routes.ts';
import { controlExamples, givens } from './control-examples.ts';
import { toJsonSchema } from './render-schemas.ts';
import { listFields, type Schema, showValues, table } from './show-schema.ts';

const health = {
  method: 'GET',
  path: 'health',
  summary: 'Returns 200 once the server is ready, and 503 while it drains.',
  body: null,
} as const;
const endpoints = [health, ...routes];

/** What the caller or the address is refused for, before any endpoint is asked. */
const refusals = {
  foreign_origin: [
    403,
    'The request comes from a page of another origin: its `Origin` differs from the address, or its `Sec-Fetch-Site` is neither `same-origin` nor `none`.',
  ],
  foreign_host: [403, 'The Host header is not the bound address (DNS rebinding), and no control token is configured.'],
  control_off: [403, 'The server runs with `--no-control`, or on a non-loopback address without `--control-token`.'],
  token_needed: [401, 'The server runs with `--control-token`, and `Authorization: Bearer` does not carry it.'],
  internal: [500, 'The mock itself failed; it prints the error.'],
  not_found: [404, 'The endpoint does not exist; the message lists all endpoints.'],
  body_too_large: [413, 'The body is larger than 1 MiB.'],
} as const;

/** Why an endpoint answers with an error. */
const reasons: Readonly<Record<string, string>> = {
  bad_body: 'The body is not JSON, or does not match the endpoint; the message lists every mistake.',
  bad_query: 'A filter is unknown or has an impossible value.',
  bad_spec: 'There is no OpenAPI document of that version.',
  unknown_request: 'The journal of this world has no request with that id.',
  unknown_scenario: 'The named scenario does not exist; the message suggests one.',
  unknown_answer: 'No queued answer with that id waits; the message lists those that do.',
  unknown_stream: 'This world has no stream with that id.',
  nobody_waits: 'No stream waits for that hold; the message lists the holds that streams wait for.',
  timeout: 'Too few requests or streams matched in time; the message lists the nearest misses.',
  clock_not_manual: 'Only a manual clock can be advanced.',
  not_steerable: 'The stream is over or in the wrong state; the message names its state.',
  body_stalled: 'The rest of the body did not arrive in time.',
  log_failed: 'The log of `--log` cannot be written; nothing has changed.',
  not_kept: 'The bytes of the stream are not kept: it is longer than 1 MiB, or newer streams needed the room.',
  queue_full: 'Too many answers are queued.',
  worlds_full: 'All worlds are in use: each has an open stream, a delayed answer or a pending wait.',
  streams_full: 'Too many answers are open on the server.',
  readers_full: 'Too many bytes are buffered for slow readers.',
  storage_full: 'The sessions and queued answers of all worlds hold too many bytes.',
};

/** The control API, made from its table of routes and the schemas of its bodies. */
export function renderControlApi(): string {
  const { $defs = {} } = toJsonSchema(bodies.next);
  return `<!-- Made by \`npm run generate:documents\` from src/server/control and scripts/control-examples.ts; never edited. -->
# Control API

The control API steers the mock over HTTP. All paths start with \`/__mock/\`, and bodies are JSON. The answers below show the fields that matter. The header \`X-Test-Id\` selects a world; without it, requests use the default world. A world starts with its first request; the header \`X-Mock-Seed\` of that request gives it a seed of its own. The server keeps up to 10,000 worlds and then drops the least recently used one that has no open stream, delayed answer or pending wait; if there is none, the answer is 503. A program has the same controls: \`mock.next\`, \`mock.withdraw\`, \`mock.journal\`, \`mock.streams\`, \`mock.waitForStream\`, \`mock.clock\`, \`mock.release\`, \`mock.setChaos\`, \`mock.reset\`, and \`mock.world(id)\` for one world.

Every GET endpoint also answers HEAD, with the same status and headers. Every answer carries \`x-content-type-options: nosniff\` and \`cross-origin-resource-policy: same-origin\`.

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

Selects requests. All given fields must match; an object matches if it has the given keys, whatever else it has.

${renderFields($defs, 'Match')}

## What the journal hides

Journals end up in logs, so they contain no secrets. \`[redacted]\` replaces a value:

- of a header, a query parameter or a body key whose name suggests a secret: the name contains ${list(secretParts)}; or one of its words ends in \`key\` or is ${list(secretWords)}; or its last word is \`session\`. Case, separators and percent-encoding make no difference: \`X-ApiKey\`, \`api_key\` and \`api%5Fkey\` are one. A whole \`Cookie\` header is hidden
- in any header: the credentials after \`Bearer\`, \`Basic\` and other schemes, user and password in a URL, and the same parameters in the query of a URL
- that equals or contains a key given with \`--api-key\` or \`--control-token\`, also percent-encoded or in base64. The key must have at least 8 characters. It is hidden in paths and in the log too

Not hidden are values whose names end in ${list(plainNames.map((name) => name.replaceAll(' ', '_')))}, numbers of tokens (\`max_tokens\`), and a \`session_id\` that begins with \`ses-\`. Requests are matched by the path and the body that were sent, and by the headers that are shown.

A body above 16 KiB is not kept. One that is not JSON, or is nested more than 100 levels deep, is shown as its text.

## StreamMatch

Selects streams. All given fields must match.

${renderFields(toJsonSchema(bodies.waitForStream).$defs, 'StreamMatch')}

## ChaosRule

A fault for a random part of the requests. Whether a rule fires depends on the seed, on the number of the rule and on how many requests it has seen, so every run hits the same requests. The latencies of several rules add up. The first rule that sends an answer ends the list.

${renderFields(toJsonSchema(bodies.chaos).$defs, 'ChaosRule')}

Expected: ${lowerFirst(describe($defs['Expected']))}

Operation: ${showValues($defs['Operation'] as Schema)}.

InlineScenario: a scenario as JSON, without \`when\`; the name is optional. [scenarios.md](scenarios.md) describes its keys.
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
  return `${method} ${path.replace(/^(streams|journal)\/\*/, '$1/{id}').replace('holds/*', 'holds/{name}')}`;
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
