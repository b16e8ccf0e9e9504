import { BlockList, isIP } from 'node:net';
import { ChatMockError } from '../../runtime/errors.ts';

/** A proxy that the environment names. */
export interface ProxyServer {
  readonly url: string;
  /** For messages: the URL without its password, and the variable it is from. */
  readonly label: string;
}

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/**
 * The proxy that requests to this server go through, by `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` (in lower case, too,
 * which wins); null for a direct connection. Throws `usage` where a variable that decides it cannot be read.
 */
export function chooseProxy(target: URL, env: Environment): ProxyServer | null {
  const names =
    target.protocol === 'https:'
      ? ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY']
      : ['http_proxy', 'HTTP_PROXY'];
  const variable = names.find((name) => env[name]);
  const value = variable === undefined ? undefined : env[variable]?.trim();
  if (variable === undefined || !value || isExempt(target, env)) return null;
  const url = readProxyUrl(value, variable);
  return { url: url.href, label: `${withoutPassword(url)} (${variable})` };
}

function readProxyUrl(value: string, variable: string): URL {
  const isWhole = /^[a-z][a-z0-9+.-]*:\/\//i.test(value);
  const url = isWhole && URL.canParse(value) ? new URL(value) : null;
  if (url && /^https?:$/.test(url.protocol) && url.hostname !== '' && hasReadableLogin(url)) return url;
  const reason = !isWhole
    ? 'it has no scheme'
    : url && !/^https?:$/.test(url.protocol)
      ? `the scheme ${url.protocol}// is not supported`
      : 'it is not a URL';
  // A value that cannot be read may hold a password all the same.
  const shown = value.replace(/^(.*:\/\/)?.*@/, '$1');
  throw usage(
    `the proxy ${JSON.stringify(shown)} of ${variable}`,
    `${reason}. Write scheme, host and port as in http://proxy.example:3128, or unset ${variable}.`,
  );
}

/** undici decodes name and password when the connection is made, and would fail there. */
function hasReadableLogin({ username, password }: URL): boolean {
  try {
    decodeURIComponent(username);
    decodeURIComponent(password);
    return true;
  } catch {
    return false;
  }
}

function withoutPassword(url: URL): string {
  return `${url.protocol}//${url.host}`;
}

/**
 * Whether NO_PROXY names this server: a host and all below it, with or without a port, an address, a network, or `*`.
 */
function isExempt(target: URL, env: Environment): boolean {
  const variable = ['no_proxy', 'NO_PROXY'].find((name) => env[name]);
  const entries = (variable === undefined ? '' : (env[variable] ?? '')).split(/[\s,]+/).filter((entry) => entry !== '');
  const host = withoutBrackets(target.hostname).replace(/\.+$/, '');
  const port = target.port || DEFAULT_PORTS[target.protocol];
  // All are read before any decides: a slip in one must not hide behind another.
  const matches = entries.map((entry) => matchesEntry(entry, { host, port, variable: variable ?? '' }));
  return matches.includes(true);
}

interface Place {
  readonly host: string;
  readonly port: string | undefined;
  readonly variable: string;
}

function matchesEntry(entry: string, { host, port, variable }: Place): boolean {
  if (entry === '*') return true;
  const badEntry = () =>
    usage(
      `${JSON.stringify(entry)} of ${variable}`,
      'it is neither a host nor a network. Write host, .domain, host:port, an address, or a network as in 10.0.0.0/8, with commas between.',
    );
  const network = /^\[?([0-9a-f.:]+)\]?\/(\d{1,3})$/i.exec(entry);
  if (network) {
    const [, address = '', prefix] = network;
    const family = isIP(address);
    if (family === 0 || Number(prefix) > (family === 4 ? 32 : 128)) throw badEntry();
    return isInNetwork(host, { address, prefix: Number(prefix) });
  }
  if (isIP(withoutBrackets(entry)) !== 0) return isInNetwork(host, { address: withoutBrackets(entry), prefix: null });
  const named = /^(?:\*?\.)?(\[[0-9a-f:.]+\]|[^\s:/[\]@*?#]+)(?::(\d{1,5}))?$/i.exec(entry);
  if (!named || Number(named[2] ?? 0) > 65_535) throw badEntry();
  const [, written = '', writtenPort] = named;
  if (writtenPort !== undefined && writtenPort !== port) return false;
  const name = withoutBrackets(written).toLowerCase().replace(/\.+$/, '');
  if (isIP(name) !== 0) return isInNetwork(host, { address: name, prefix: null });
  return host === name || host.endsWith(`.${name}`);
}

function isInNetwork(
  host: string,
  { address, prefix }: { readonly address: string; readonly prefix: number | null },
): boolean {
  if (isIP(host) === 0) return false;
  const list = new BlockList();
  const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
  if (prefix === null) list.addAddress(address, family);
  else list.addSubnet(address, prefix, family);
  return list.check(host, isIP(host) === 4 ? 'ipv4' : 'ipv6');
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}

function usage(thing: string, reasonAndAdvice: string): ChatMockError {
  return new ChatMockError('usage', `Failed to use ${thing}: ${reasonAndAdvice}`);
}
