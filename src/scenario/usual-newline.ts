import type { Choices } from '../api/choices.ts';
import type { Framing } from '../runtime/sse.ts';

/** Newlines by their names. */
export const newlines = { lf: '\n', crlf: '\r\n', cr: '\r' } as const;

/** The newline of a server's usual framing, that of all turns whose scenario says nothing about it. */
export function usualNewline({ sse_newline }: Choices): Framing['newline'] {
  return newlines[sse_newline];
}
