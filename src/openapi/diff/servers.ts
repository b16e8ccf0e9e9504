import { at, isObject, type Json } from '../json.ts';
import { canonical } from './equality.ts';
import { child, itemsOf, type Located } from './located.ts';
import { textsOf } from './object-shape.ts';
import type { Side } from './side.ts';

/** A server. */
export interface Server {
  /** The URL as it is written. */
  readonly url: string;
  /** The normalized URL. */
  readonly address: string;
  /** The path of the URL, with the default values of variables. */
  readonly basePath: string;
  readonly variables: string;
}

/** An operation and its path items. Each may have servers. */
interface Served {
  readonly place: Located;
  readonly pathItems: readonly Located[];
}

/** The list of servers that applies to an operation. */
export function serversPlace(side: Side, { place, pathItems }: Served): Located {
  const own = [place, ...pathItems].map((owner) => child(owner, 'servers'));
  return own.find(({ value }) => Array.isArray(value) && value.length > 0) ?? child(side.root, 'servers');
}

/** Reads a list of servers; without one, the server is `/`. */
export function readServers(side: Side, place: Located): readonly Server[] {
  const known = side.memory.servers.get(place.value);
  if (known) return known;
  const found = itemsOf(place).map(({ value }) => toServer(value));
  const servers = found.length > 0 ? found : [toServer({ url: '/' })];
  side.memory.servers.set(place.value, servers);
  return servers;
}

/** The base paths of an operation's servers. */
export function basePaths(side: Side, operation: Served): string[] {
  return [...new Set(readServers(side, serversPlace(side, operation)).map(({ basePath }) => basePath))].sort();
}

/** Writes scheme and host in lower case and removes the default port. */
export function normalizeUrl(url: string): string {
  const [, scheme = '', host = '', path = url] = /^([a-z][\w+.-]*):\/\/([^/?#]*)(.*)$/is.exec(url) ?? [];
  if (scheme === '') return url;
  const port = { http: ':80', https: ':443' }[scheme.toLowerCase()];
  const plain = host.toLowerCase();
  return `${scheme.toLowerCase()}://${port && plain.endsWith(port) ? plain.slice(0, -port.length) : plain}${path}`;
}

function toServer(value: Json | undefined): Server {
  const url = String(at(value, 'url') ?? '/');
  const variables = at(value, 'variables');
  const filled = url.replaceAll(/\{([^}]*)\}/g, (written, name: string) => {
    const fallback = at(variables, name, 'default');
    return fallback === undefined ? written : String(fallback);
  });
  const plain = (text: string) => normalizeUrl(text).replace(/\/+$/, '');
  const basePath = plain(filled).replace(/^[a-z][\w+.-]*:\/\/[^/]*/, '');
  const rules: Json = isObject(variables)
    ? Object.fromEntries(
        Object.entries(variables).map(([name, one]) => [
          name,
          { default: at(one, 'default') ?? null, enum: textsOf(at(one, 'enum')).sort() },
        ]),
      )
    : {};
  return { url, address: plain(url), basePath, variables: canonical(rules) };
}
