/** How frames look on the wire. */
export interface Framing {
  readonly newline: '\n' | '\r\n' | '\r';
  /** The frame's `id:`; null: it has none. */
  readonly id: string | null;
}

/** The text of one frame: event name, one `data: ` line with the JSON text, an empty line. */
export function frameText(name: 'delta' | 'message', json: string, { newline, id }: Framing): string {
  return `event: ${name}${newline}${id === null ? '' : `id: ${id}${newline}`}data: ${json}${newline}${newline}`;
}

/** A comment line, which clients ignore. */
export function commentText(text: string, newline: Framing['newline']): string {
  return `: ${text.replaceAll(/[\r\n]+/g, ' ')}${newline}${newline}`;
}

/** How long clients wait before they connect again. */
export function retryText(ms: number, newline: Framing['newline']): string {
  return `retry: ${ms}${newline}${newline}`;
}
