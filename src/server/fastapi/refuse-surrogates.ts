import { type Refusal, refuse } from './problem.ts';

/** In Unicode mode, half of a pair is none. */
const loneSurrogate = /\p{Surrogate}/u;

/** Pydantic turns a string into UTF-8 wherever it looks into it, which lone surrogates do not allow. */
export function refuseSurrogates(value: unknown): Refusal | null {
  if (typeof value !== 'string' || !loneSurrogate.test(value)) return null;
  return refuse({
    type: 'string_unicode',
    msg: 'Input should be a valid string, unable to parse raw data as a unicode string',
    input: value,
  });
}
