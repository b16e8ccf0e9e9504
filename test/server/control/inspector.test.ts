import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { controlled } from '../../support/control.ts';

const html = { accept: 'text/html' };
const get = (
  path: string,
  { options = {}, headers = {} }: { options?: Parameters<typeof controlled>[0]; headers?: Record<string, string> } = {},
) => controlled(options).call(`GET /__mock/${path}`, { key: null, headers });

/** All that a browser loads for the page, gzipped. */
const LARGEST_BYTES = 60 * 1024;

describe('the inspector', () => {
  test('is a page that loads nothing from elsewhere and turns no text into HTML', async () => {
    const response = await get('');
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const policy = response.headers.get('content-security-policy') ?? '';
    for (const part of ["default-src 'none'", "require-trusted-types-for 'script'", "frame-ancestors 'none'"])
      expect(policy).toContain(part);
    expect(policy).not.toMatch(/https?:|\*|unsafe/);
    const page = await response.text();
    expect(page).not.toMatch(/https?:|\/\//);
    for (const [, file = ''] of page.matchAll(/(?:src|href)="([^"]+\.\w+)"/g))
      expect((await get(file)).status, file).toBe(200);
  });

  test('is opened by a link of any page, with a token or without, since it holds no data', async () => {
    const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
    expect((await get('', { headers: link })).status).toBe(200);
    expect((await get('', { headers: link, options: { controlToken: 'secret' } })).status).toBe(200);
    expect((await get('inspector.js', { options: { controlToken: 'secret' } })).status).toBe(200);
    expect((await get('inspector.js', { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(403);
  });

  test('says why it is not there where the control API is off', async () => {
    const options = { control: false };
    const page = await get('', { options, headers: html });
    expect([page.status, page.headers.get('content-type')]).toEqual([403, 'text/html; charset=utf-8']);
    expect(await page.text()).toContain('started with --no-control');
    expect(await (await get('', { options })).json()).toMatchObject({ error: { code: 'control_off' } });
    expect((await get('inspector.js', { options })).status).toBe(403);
  });

  test.each(['inspector.js', 'inspector.css'])(
    '%s is the same gzipped and not, and is not sent twice',
    async (file) => {
      const plain = await get(file);
      const gzipped = await get(file, { headers: { 'accept-encoding': 'gzip' } });
      expect(gzipped.headers.get('content-encoding')).toBe('gzip');
      expect(await gzipped.text()).toBe(await plain.text());
      const etag = plain.headers.get('etag') ?? '';
      expect((await get(file, { headers: { 'if-none-match': etag } })).status).toBe(304);
    },
  );

  test('is light', () => {
    const files = ['inspector.js', 'inspector.css'].map((name) =>
      readFileSync(new URL(`../../../src/generated/${name}.gz`, import.meta.url)),
    );
    expect(files.every((file) => gunzipSync(file).byteLength > 0)).toBe(true);
    expect(files.reduce((sum, { byteLength }) => sum + byteLength, 0)).toBeLessThanOrEqual(LARGEST_BYTES);
  });
});
