import { at, isObject, type Json } from '../json.ts';
import { compareKeywords } from './compare-descriptions.ts';
import { canonical } from './equality.ts';
import { child, entriesOf, itemsOf, type Located, type Pair } from './located.ts';
import { follow } from './references.ts';
import { normalizeUrl } from './servers.ts';
import type { Side } from './side.ts';
import { enter, report, type Walk } from './walk.ts';

/** One security requirement: everything a client must send, named by what is sent and not by the scheme's name. */
interface Way {
  readonly label: string;
  readonly needs: ReadonlySet<string>;
  readonly schemes: readonly Scheme[];
}

interface Scheme {
  readonly name: string;
  /** What the client sends. */
  readonly what: string;
  readonly place: Located;
}

const flowNames = ['implicit', 'password', 'clientCredentials', 'authorizationCode', 'deviceAuthorization'];
const urlNames = ['authorizationUrl', 'deviceAuthorizationUrl', 'tokenUrl', 'refreshUrl'];

/** Compares the security requirements of two operations. A requirement is kept if a new one asks for no more. */
export function compareSecurity(walk: Walk, operations: Pair<Located>): void {
  const before = listWays(walk.before, operations.before);
  const after = listWays(walk.after, operations.after);
  const place = child(operations.after, 'security');
  for (const way of notLetIn(before, after)) report(walk, 'security-tightened', { place, before: way.label });
  for (const way of notLetIn(after, before)) report(walk, 'security-loosened', { place, after: way.label });
  const schemes = new Map<string, Scheme[]>();
  for (const one of after.flatMap((way) => way.schemes)) {
    const same = schemes.get(one.what) ?? [];
    if (!same.some(({ name }) => name === one.name)) schemes.set(one.what, [...same, one]);
  }
  for (const one of before.flatMap((way) => way.schemes)) {
    const same = schemes.get(one.what) ?? [];
    const other = same.find(({ name }) => name === one.name) ?? same[0];
    if (other) compareSchemes(walk, { before: one, after: other });
  }
}

/** Returns the ways to authenticate that are not enough for any of the other ways. */
function notLetIn(ways: readonly Way[], others: readonly Way[]): Way[] {
  const byNeed = new Map<string, Way[]>();
  for (const other of others) {
    const [need = ''] = other.needs;
    byNeed.set(need, [...(byNeed.get(need) ?? []), other]);
  }
  return ways.filter(({ needs }) => {
    const known = ['', ...needs].flatMap((need) => byNeed.get(need) ?? []);
    return !known.some((other) => [...other.needs].every((need) => needs.has(need)));
  });
}

function listWays(side: Side, operation: Located): Way[] {
  const own = child(operation, 'security');
  const ways = itemsOf(own.value === undefined ? child(side.root, 'security') : own);
  // No requirement means that anybody may call.
  const entries = ways.length === 0 ? [{ ...own, value: {} }] : ways;
  return entries.map((way) => {
    const shown = entriesOf(way).map(([name, scopes]) => {
      const scheme = readScheme(side, name);
      const asked = itemsOf(scopes).map(({ value }) => String(value));
      const needs = [scheme.what, ...asked.map((scope) => `${scheme.what}: ${scope}`)];
      return { label: [name, ...asked].join(' '), needs, scheme };
    });
    const label = shown.map((one) => one.label).join(' and ');
    const needs = new Set(shown.flatMap((one) => one.needs));
    return { label: label || 'anybody', needs, schemes: shown.map(({ scheme }) => scheme) };
  });
}

function readScheme(side: Side, name: string): Scheme {
  const entry = child(side.root, 'components', 'securitySchemes', name);
  const place = follow(side, entry) ?? entry;
  const { value } = place;
  if (!isObject(value)) return { name, what: name, place };
  const isHeader = value['in'] === 'header';
  // HTTP schemes and header names are case-insensitive.
  const plain = (part: Json | undefined, hasCase: boolean) => (hasCase ? part : String(part).toLowerCase());
  const parts = [value['type'], plain(value['scheme'], false), value['in'], plain(value['name'], !isHeader)];
  return { name, what: parts.filter((part) => typeof part === 'string' && part !== 'undefined').join(' '), place };
}

/** Compares where a client gets its credentials. */
function compareSchemes(walk: Walk, schemes: Pair<Scheme>): void {
  const places = { before: schemes.before.place, after: schemes.after.place };
  enter(walk, `security ${schemes.before.name} → ${schemes.after.name}`, (inside) => {
    compareKeywords(inside, 'securityScheme', places);
    const place = places.after;
    for (const name of ['openIdConnectUrl', 'oauth2MetadataUrl']) {
      const [before, after] = [urlAt(places.before, name), urlAt(places.after, name)];
      if (before !== after) report(inside, 'security-scheme-changed', { place, what: name, before, after });
    }
    for (const flow of flowNames)
      compareFlow(inside, flow, {
        before: child(places.before, 'flows', flow),
        after: child(places.after, 'flows', flow),
      });
  });
}

function compareFlow(walk: Walk, flow: string, { before, after }: Pair<Located>): void {
  if (!isObject(before.value) || !isObject(after.value)) {
    const details = { place: isObject(after.value) ? after : before, what: `flow ${flow}` };
    if (isObject(before.value)) report(walk, 'security-tightened', details);
    if (isObject(after.value)) report(walk, 'security-loosened', details);
    return;
  }
  compareKeywords(walk, 'oauthFlow', { before, after });
  for (const name of urlNames) {
    const [was, is] = [urlAt(before, name), urlAt(after, name)];
    if (was !== is) report(walk, 'security-scheme-changed', { place: after, what: name, before: was, after: is });
  }
  const scopes = ({ value }: Located): readonly Json[] => Object.keys(at(value, 'scopes') ?? {}).sort();
  const [was, is] = [scopes(before), scopes(after)];
  if (canonical(was) !== canonical(is))
    report(walk, 'security-scheme-changed', { place: after, what: 'scopes', before: was, after: is });
  else if (canonical(at(before.value, 'scopes')) !== canonical(at(after.value, 'scopes')))
    report(walk, 'text-changed', { place: after, what: 'scopes' });
}

function urlAt({ value }: Located, name: string): string | undefined {
  const url = at(value, name);
  return typeof url === 'string' ? normalizeUrl(url) : undefined;
}
