import { child, entriesOf, type Located, type Pair } from './located.ts';
import { type MatchedRanges, matchRanges } from './ranges.ts';
import { follow } from './references.ts';
import type { Side } from './side.ts';

/** One entry of a `content`. */
export interface MediaType {
  /** In lower case, without parameters. */
  readonly type: string;
  /** With its parameters, written in one way. */
  readonly name: string;
  /** The parameters that say what a body means, and not only how its characters are written. */
  readonly meaning: string;
  readonly place: Located;
}

/** They say how the bytes are written. */
const ways = new Set(['charset', 'boundary']);
const parameter = /;\s*([^=;\s]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]*))/g;

/**
 * Matches the media types of two bodies: by name, by parameters, and a type without parameters with any of its kind. The
 * rest may match as part of a range such as `text/*`.
 */
export function matchMedia(sides: Pair<Side>, bodies: Pair<Located>): MatchedRanges<MediaType> {
  const before = readMedia(sides.before, bodies.before);
  const after = readMedia(sides.after, bodies.after);
  const [removed, added] = [[...before], [...after]];
  const pairs: Pair<MediaType>[] = [];
  const pairUp = (fits: (one: MediaType, other: MediaType) => boolean) => {
    for (const one of [...removed]) {
      const other = added.find((each) => each.type === one.type && fits(one, each));
      if (!other) continue;
      pairs.push({ before: one, after: other });
      removed.splice(removed.indexOf(one), 1);
      added.splice(added.indexOf(other), 1);
    }
  };
  pairUp((one, other) => one.name === other.name);
  pairUp((one, other) => one.meaning === other.meaning);
  pairUp((one, other) => one.meaning === '' || other.meaning === '');
  return matchRanges({ before, after, pairs, covers });
}

function covers(range: MediaType, { type }: MediaType): boolean {
  const [start = '', ...ends] = (range.type === '*' ? '*/*' : range.type).split('*');
  if (ends.length === 0) return false;
  return type !== range.type && type.startsWith(start) && type.endsWith(ends.at(-1) ?? '');
}

/** Lists the media types, exact ones before ranges. */
function readMedia(side: Side, owner: Located): MediaType[] {
  const all = entriesOf(child(owner, 'content')).flatMap(([written, entry]) => {
    const place = follow(side, entry);
    if (!place) return [];
    const [first = ''] = written.toLowerCase().split(';');
    const type = first.trim();
    const parameters = [...written.matchAll(parameter)]
      .map(([, name = '', quoted, token = '']) => [name.toLowerCase(), quoted ?? token.trim()] as const)
      .sort(([one], [other]) => (one < other ? -1 : 1));
    const join = (each: readonly (readonly [string, string])[]) =>
      each.map(([name, value]) => `; ${name}=${value}`).join('');
    const meaning = join(parameters.filter(([name]) => !ways.has(name)));
    return [{ type, name: `${type}${join(parameters)}`, meaning, place }];
  });
  const stars = ({ type }: MediaType) => type.split('*').length;
  return all.sort((one, other) => stars(one) - stars(other));
}
