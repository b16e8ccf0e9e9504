import type { RequestDetail } from '../server/control/shapes.ts';

/** What browsers, proxies and HTTP clients add by themselves. */
const ownHeaders =
  /^(?:host|connection|content-length|accept-encoding|accept-language|accept|user-agent|origin|referer|cookie|dnt|te|transfer-encoding|pragma|cache-control|priority|keep-alive|sec-.*|upgrade-insecure-requests|x-forwarded-.*)$/;

/** The ways to send a request again, each with its text. */
export const copyForms = {
  curl: { label: 'Copy as curl', write: toCurl },
  fetch: { label: 'Copy as fetch', write: toFetch },
  vitest: { label: 'Copy as vitest test', write: toVitest },
} as const;

type Sent = Pick<RequestDetail, 'method' | 'path' | 'query' | 'headers' | 'body' | 'status'>;

/** A command for a POSIX shell. The key, which the journal hides, is taken from the environment. */
export function toCurl(request: Sent, base: string): string {
  const { method, path, query } = request;
  const lines = [
    `curl ${method === 'GET' ? '' : `-X ${quoteShell(method)} `}${quoteShell(base + path + (query && `?${query}`))}`,
    ...headersOf(request).map(
      ([name, value]) =>
        `  -H ${value === KEY ? `"${name}: Bearer $LLAMA_CLOUD_API_KEY"` : quoteShell(`${name}: ${value}`)}`,
    ),
    ...(request.body === null ? [] : [`  --data-raw ${quoteShell(textOf(request.body))}`]),
  ];
  return lines.join(' \\\n');
}

/** A call of `fetch` for a program. */
export function toFetch(request: Sent, base: string): string {
  const { path, query } = request;
  const options = optionsOf(request, '');
  return `const response = await fetch(${JSON.stringify(base + path + (query && `?${query}`))}, ${options});\n`;
}

/** A test that sends the request to a mock of its own and expects the same status. */
export function toVitest(request: Sent): string {
  const { method, path, query, status } = request;
  const url = `http://mock${path}${query && `?${query}`}`;
  const name = `${method} ${path}${status === null ? '' : ` answers ${status}`}`;
  return `import { createChatMock } from 'chat-mock';
import { expect, test } from 'vitest';

test(${JSON.stringify(name)}, async () => {
  const mock = createChatMock({ speed: 'instant' });
  const response = await mock.fetch(${JSON.stringify(url)}, ${optionsOf(request, '  ', '"anything"')});
  expect(response.status).toBe(${status ?? 200});
});
`;
}

/** Stands for the API key, which nobody but the client knows. */
const KEY = Symbol('key');

function headersOf({ headers }: Sent): (readonly [string, string | typeof KEY])[] {
  return Object.entries(headers)
    .filter(([name]) => !ownHeaders.test(name))
    .map(([name, value]) => [name, name === 'authorization' ? KEY : value] as const);
}

function optionsOf(request: Sent, indent: string, key = 'process.env.LLAMA_CLOUD_API_KEY'): string {
  const token = key.startsWith('"') ? '"Bearer anything"' : `\`Bearer \${${key}}\``;
  const headers = headersOf(request).map(
    ([name, value]) => `${JSON.stringify(name)}: ${value === KEY ? token : JSON.stringify(value)}`,
  );
  const body =
    typeof request.body === 'string' ? JSON.stringify(request.body) : `JSON.stringify(${JSON.stringify(request.body)})`;
  const lines = [
    `method: ${JSON.stringify(request.method)},`,
    ...(headers.length > 0 ? [`headers: { ${headers.join(', ')} },`] : []),
    ...(request.body === null ? [] : [`body: ${body},`]),
  ];
  return `{\n${lines.map((line) => `${indent}  ${line}\n`).join('')}${indent}}`;
}

function textOf(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function quoteShell(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
