import { child, entriesOf, follow, type Located, type Pair, type Side } from './located.ts';

/** One entry of a `content`. */
interface MediaType {
  /** In lower case, without parameters. */
  readonly type: string;
  /** With its parameters, written in one way. */
  readonly name: string;
  /** The parameters that say what a body means, and not only how its characters are written. */
  readonly meaning: string;
  readonly place: Located;
}

/** Media types of both documents that describe the same body. */
export interface MatchedMedia {
  readonly pairs: readonly Pair<MediaType>[];
  readonly removed: readonly MediaType[];
  readonly added: readonly MediaType[];
}

/** They say how the bytes are written. */
const ways = new Set(['charset', 'boundary']);
const parameter = /;\s*([^=;\s]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]*))/g;

/**
 * Which media type of the one body is which of the other: by its name, by what its parameters mean, or where one of the
 * two has none that mean anything, for who asks without parameters takes any.
 */
export function matchMedia(sides: Pair<Side>, bodies: Pair<Located>): MatchedMedia {
  const removed = readMedia(sides.before, bodies.before);
  const added = readMedia(sides.after, bodies.after);
  const pairs: Pair<MediaType>[] = [];
  const pairUp = (fits: (before: MediaType, after: MediaType) => boolean) => {
    for (const before of [...removed]) {
      const after = added.find((one) => one.type === before.type && fits(before, one));
      if (!after) continue;
      pairs.push({ before, after });
      removed.splice(removed.indexOf(before), 1);
      added.splice(added.indexOf(after), 1);
    }
  };
  pairUp((before, after) => before.name === after.name);
  pairUp((before, after) => before.meaning === after.meaning);
  pairUp((before, after) => before.meaning === '' || after.meaning === '');
  return { pairs, removed, added };
}

function readMedia(side: Side, owner: Located): MediaType[] {
  return entriesOf(child(owner, 'content')).flatMap(([written, entry]) => {
    const place = follow(side, entry);
    if (!place) return [];
    const [first = ''] = written.toLowerCase().split(';');
    const type = first.trim();
    const parameters = [...written.matchAll(parameter)]
      .map(([, name = '', quoted, token = '']) => [name.toLowerCase(), quoted ?? token.trim()] as const)
      .sort(([one], [other]) => (one < other ? -1 : 1));
    const join = (all: readonly (readonly [string, string])[]) =>
      all.map(([name, value]) => `; ${name}=${value}`).join('');
    const meaning = join(parameters.filter(([name]) => !ways.has(name)));
    return [{ type, name: `${type}${join(parameters)}`, meaning, place }];
  });
}
