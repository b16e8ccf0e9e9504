import { describe, expect, test } from 'vitest';
import { chooseProxy } from '../../src/contract/client/proxy.ts';

const http = 'http://api.example.test:8080';
const choose = (target: string, env: Record<string, string>) => chooseProxy(new URL(target), env)?.label ?? null;

describe('the proxy of a server', () => {
  test.each<[target: string, env: Record<string, string>, label: string | null]>([
    [http, {}, null],
    [http, { HTTP_PROXY: '' }, null],
    [http, { HTTP_PROXY: 'http://p:3128' }, 'http://p:3128 (HTTP_PROXY)'],
    [http, { http_proxy: 'http://low:1', HTTP_PROXY: 'http://up:1' }, 'http://low:1 (http_proxy)'],
    ['https://api.example.test', { HTTPS_PROXY: 'https://p', HTTP_PROXY: 'http://q' }, 'https://p (HTTPS_PROXY)'],
    ['https://api.example.test', { HTTP_PROXY: 'http://q:1' }, 'http://q:1 (HTTP_PROXY)'],
    [http, { HTTPS_PROXY: 'not judged, since it is not used' }, null],
    [http, { HTTP_PROXY: 'HTTP://me:p%40ss@P:3128' }, 'http://p:3128 (HTTP_PROXY)'],
  ])('%s with %j', (target, env, label) => expect(choose(target, env)).toBe(label));

  test.each<[target: string, noProxy: string, isDirect: boolean]>([
    [http, '*', true],
    [http, 'example.test', true],
    [http, '.example.test', true],
    [http, '*.example.test', true],
    [http, 'API.EXAMPLE.TEST.', true],
    [http, 'other.test, api.example.test:8080', true],
    [http, 'api.example.test:80', false],
    [http, 'ample.test', false],
    ['http://api.example.test.', 'api.example.test', true],
    ['http://127.0.0.1:1', '127.0.0.0/8', true],
    ['http://127.1', '127.0.0.1', true],
    ['http://10.1.2.3', '10.0.0.0/16', false],
    ['http://[::1]:4010', '[::1]:4010', true],
    ['http://[::1]:4010', '::1', true],
    ['http://[fd00::7]', 'fd00::/8', true],
  ])('%s with NO_PROXY=%s', (target, noProxy, isDirect) => {
    expect(choose(target, { HTTP_PROXY: 'http://p:1', NO_PROXY: noProxy })).toBe(
      isDirect ? null : 'http://p:1 (HTTP_PROXY)',
    );
  });

  test.each([
    ['proxy.test:3128', 'it has no scheme'],
    ['proxy.test', 'it has no scheme'],
    ['//proxy.test:3128', 'it has no scheme'],
    ['socks5://proxy.test:1080', 'the scheme socks5:// is not supported'],
    ['http://', 'it is not a URL'],
    ['http://proxy.test:99999', 'it is not a URL'],
    ['http://a b', 'it is not a URL'],
    ['http://%zz:x@proxy.test', 'it is not a URL'],
  ])('%s cannot be used', (value, reason) => {
    expect(() => choose(http, { HTTP_PROXY: value })).toThrow(reason);
    expect(() => choose(http, { HTTP_PROXY: value })).toThrow(/HTTP_PROXY.* Write scheme, host and port/);
  });

  test('a password is in no message', () => {
    for (const value of ['me:secret@proxy.test:1', 'ftp://me:secret@proxy.test', 'http://me:secret@proxy.test:99999'])
      expect(() => choose(http, { HTTP_PROXY: value })).toThrow(/^(?!.*secret).*$/s);
  });

  test.each(['http://local.test', 'host:port', '10.0.0.0/99', '1.2.3/8', '[::1', 'a/b', 'host:70000'])(
    'NO_PROXY may not hold %s',
    (entry) => {
      const env = { HTTP_PROXY: 'http://p:1', NO_PROXY: `local.test,${entry}` };
      expect(() => choose('http://local.test', env)).toThrow(/of NO_PROXY: it is neither a host nor a network/);
    },
  );
});
