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
export function writingOf({ value }: Located): Json {
  const style = at(value, 'style') ?? 'form';
  const types = String(at(value, 'contentType') ?? '').toLowerCase();
  const contentType = types
    .split(',')
    .map((one) => one.trim())
    .sort()
    .join(', ');
  const explode = at(value, 'explode') ?? style === 'form';
  return { contentType, style, explode, allowReserved: at(value, 'allowReserved') ?? false };
}
