import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { createRedactor } from '../../src/contract/record/redact.ts';
import { createChatMock } from '../../src/node/checked-mock.ts';
import { reporters, reportFormats } from '../../src/reporters/index.ts';
import { startFront } from '../support/front.ts';
import { flowsNamed, runVerify } from '../support/verify.ts';

const KEY = 'llx-Very/Secret+Key=="42"';
const base64 = (text: string) => Buffer.from(text).toString('base64');
const everyByte = (text: string, write: (code: number) => string) =>
  [...Buffer.from(text)].map((code) => write(code)).join('');
const hex = (code: number, length: number) => code.toString(16).padStart(length, '0');

/** How a server may echo a key. */
const echoes: Readonly<Record<string, string>> = {
  plain: KEY,
  'percent-encoded': encodeURIComponent(KEY),
  'percent-encoded, every byte': everyByte(KEY, (code) => `%${hex(code, 2)}`),
  'percent-encoded twice': encodeURIComponent(encodeURIComponent(KEY)),
  'in JSON': JSON.stringify({ key: KEY }),
  'in JSON in JSON': JSON.stringify(JSON.stringify(KEY)),
  'in JSON with a slash escaped': JSON.stringify(KEY).replaceAll('/', '\\/'),
  'in JSON with escapes only': everyByte(KEY, (code) => `\\u${hex(code, 4)}`),
  'in HTML': KEY.replaceAll('"', '&quot;').replaceAll('=', '&#61;').replaceAll('+', '&#x2B;'),
  base64: base64(KEY),
  'base64 for URLs': Buffer.from(KEY).toString('base64url'),
  'as the user of Basic': `Basic ${base64(`${KEY}:`)}`,
  'as the password of Basic': `Basic ${base64(`:${KEY}`)}`,
  'within base64, two bytes in': base64(`ab${KEY}cd`),
  'within base64, eight bytes in': base64(`Bearer: ${KEY}`),
  'decoded as if it were base64': Buffer.from(KEY, 'base64').toString('latin1'),
  reversed: [...KEY].reverse().join(''),
  hexadecimal: Buffer.from(KEY).toString('hex'),
};
/** Whether a text still holds so many characters of a form in a row. */
const holdsRun = (text: string, form: string, length: number) =>
  Array.from({ length: Math.max(1, form.length - length + 1) }, (_, at) => form.slice(at, at + length)).some((run) =>
    text.includes(run),
  );

describe('a key is found', () => {
  const redactor = createRedactor([KEY]);
  test.each(Object.entries(echoes))('%s', (_, echo) => {
    expect(redactor.text(`before ${echo} after`)).toMatch(/^before .*\[redacted\].* after$/s);
    // "Bearer: " and the like stay.
    expect(holdsRun(redactor.text(echo), echo, 13)).toBe(false);
    expect(redactor.isSecret(echo)).toBe(true);
  });

  test('that is cut off', () => {
    expect(redactor.text(`"Key ${KEY.slice(0, 12)}…" as sent`)).toBe('"Key [redacted]…" as sent');
    expect(redactor.text(`Key ${encodeURIComponent(KEY).slice(0, 17)}…`)).toBe('Key [redacted]…');
    expect(redactor.text(`"…${KEY.slice(8)} after"`)).toBe('"…[redacted] after"');
    expect(redactor.text(`"…${KEY.slice(4, 20)}…"`)).toBe('"…[redacted]…"');
    expect(redactor.text(`Key ${KEY.slice(0, 3)}…`)).toBe(`Key ${KEY.slice(0, 3)}…`);
  });

  test('any number of times, also as a key of an object', () => {
    expect(redactor.value({ [KEY]: [`${KEY}${KEY}`, 7, null] })).toEqual({
      '[redacted]': ['[redacted][redacted]', 7, null],
    });
  });
});

test('what holds no secret is not touched', () => {
  const redactor = createRedactor([KEY]);
  for (const text of ['', 'a % b %zz \\u00e9 &amp; …', 'data: {"a":"\\n"}\n\n', '…'.repeat(100)])
    expect(redactor.text(text)).toBe(text);
});

test('a thousand tokens that begin alike are found in one pass over megabytes', () => {
  const redactor = createRedactor([KEY]);
  const tokens = Array.from({ length: 1000 }, (_, index) => `eyJvZmZzZXQiOj${index}-${'x'.repeat(index % 40)}`);
  for (const token of tokens) redactor.learn(token);
  const text = `${tokens.join('"')}"${'eyJvZm'.repeat(300_000)}${'%25'.repeat(300_000)}`;
  expect(redactor.text(text)).toBe(
    `${tokens.map(() => '[redacted]').join('"')}"${'eyJvZm'.repeat(300_000)}${'%25'.repeat(300_000)}`,
  );
});

describe('a server that echoes the key wherever it can', () => {
  const directory = mkdtempSync(join(tmpdir(), 'chat-mock-echo-'));
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  test('gets it into no report and no ledger', async () => {
    const { fetch } = createChatMock({ speed: 'instant' });
    const forms = Object.values(echoes);
    const ledgers = new Set<string>();
    let count = 0;
    const server = await startFront(async (request) => {
      for (const name of readdirSync(directory)) ledgers.add(readFileSync(join(directory, name), 'latin1'));
      const form = forms[count++ % forms.length] ?? '';
      const response = await fetch(request);
      const headers = new Headers({ 'content-type': response.headers.get('content-type') ?? 'text/plain' });
      headers.set('x-echo', encodeURIComponent(form));
      if (response.status === 204) return new Response(null, { status: 204, headers });
      const text = (await response.text())
        .replaceAll('"generated_title":null', `"generated_title":${JSON.stringify(form)}`)
        .replaceAll('"content":"', `"content":"${JSON.stringify(form).slice(1, -1)}`)
        .replace('"detail":[{', `"detail":[{"${JSON.stringify(form).slice(1, -1)}":1,`);
      return new Response(text, { status: response.status, headers });
    });
    const flows = flowsNamed('keys', 'session-life', 'title-persists', 'one-turn', 'refuse-queries', 'walk');
    const { events } = await runVerify({ url: server.url, apiKey: KEY, ledgerDirectory: directory, flows });
    server.close();
    async function* replay() {
      yield* events;
    }
    const options = {
      toolVersion: '0',
      paint: (_: string, text: string) => text,
      annotates: true,
      width: 100,
      isVerbose: false,
      anchorFile: 'chat-mock-contract.yaml',
    };
    for (const format of reportFormats) {
      let text = '';
      const report = await reporters[format]();
      for await (const piece of report(replay(), options)) text += piece;
      for (const [name, form] of Object.entries(echoes))
        expect(holdsRun(text, form.replace(/^Basic /, ''), 16), `${format}, ${name}`).toBe(false);
      expect(text, format).not.toContain(KEY);
    }
    expect(ledgers.size).toBeGreaterThan(0);
    for (const text of ledgers) expect(createRedactor([KEY]).isSecret(text)).toBe(false);
  });
});
