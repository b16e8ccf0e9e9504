import { at, isObject, type Json, objectAt } from '../json.ts';
import type { Located } from './located.ts';

/** The serialization of a parameter or header, with defaults filled in. */
export function styleOf({ value }: Located, noun: 'parameter' | 'header'): Readonly<Record<string, Json>> {
  const described = isObject(value) ? value : {};
  const isForm = noun === 'parameter' && (described['in'] === 'query' || described['in'] === 'cookie');
  const { style = isForm ? 'form' : 'simple', allowReserved = false } = described;
  const { explode = style === 'form' || style === 'cookie' } = described;
  const [mediaType] = Object.keys(objectAt(described, 'content'));
  return mediaType === undefined ? { style, explode, allowReserved } : { mediaType };
}

/** The serialization of a part of a form, with defaults filled in. */
export function writingOf({ value }: Located): Readonly<Record<string, Json>> {
  const style = at(value, 'style') ?? 'form';
  const explode = at(value, 'explode') ?? style === 'form';
  return { style, explode, allowReserved: at(value, 'allowReserved') ?? false };
}

/** The media types that a part of a form may have; an empty set if the schema decides. */
export function partTypesOf({ value }: Located): ReadonlySet<string> {
  const types = String(at(value, 'contentType') ?? '').toLowerCase();
  return new Set(types.split(',').flatMap((one) => one.trim() || []));
}
