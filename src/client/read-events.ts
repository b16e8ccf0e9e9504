import type { Event } from '../api/events.ts';

/** How `readEvents` treats what it cannot read. */
export interface ReadOptions {
  /** Called with the error of an event whose data is not a JSON object; the event is left out. Default: reading rejects. */
  readonly onUnreadable?: (error: SyntaxError) => void;
}

/**
 * Yields the events of a turn's stream as they arrive, whatever its line ends and however its bytes are split. Rejects
 * with the error of the body if the connection is lost, and with SyntaxError if the data of an event is not a JSON
 * object, unless `onUnreadable` takes that error. Leaving the loop cancels the body.
 *
 * @example
 * ```ts
 * let turn = emptyTurn;
 * for await (const event of readEvents(response.body)) turn = applyEvent(turn, event);
 * ```
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export async function* readEvents(
  body: ReadableStream<Uint8Array> | null,
  { onUnreadable }: ReadOptions = {},
): AsyncGenerator<Event, void, undefined> {
  const reader = body?.getReader();
  const decoder = new TextDecoder(); // Drops a byte order mark, and joins characters that were split.
  let rest = '';
  let endsInCr = false;
  let data: string | null = null;
  try {
    for (let isOver = !reader; reader && !isOver; ) {
      const { done, value } = await reader.read();
      isOver = done;
      let text = decoder.decode(value, { stream: !done });
      // A frame that ends in CR is complete at once; the LF that may come later belongs to the same line end.
      if (endsInCr && text) {
        if (text[0] === '\n') text = text.slice(1);
        endsInCr = false;
      }
      if (text.endsWith('\r')) endsInCr = true;
      const lines = text.split(/\r\n|[\r\n]/);
      lines[0] = rest + lines[0]; // Only what is new is searched for line ends.
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (line === '') {
          const event = data ? parse(data) : null;
          if (event instanceof SyntaxError && !onUnreadable) throw event;
          if (event instanceof SyntaxError) onUnreadable?.(event);
          else if (event) yield event;
          data = null;
        } else if (/^data(?::|$)/.test(line)) {
          const content = line.slice(5).replace(/^ /, '');
          data = data === null ? content : `${data}\n${content}`;
        }
      }
    }
  } finally {
    await reader?.cancel().catch(() => {}); // The error of a lost connection has been thrown already.
  }
}

function parse(data: string): Event | SyntaxError {
  let cause: unknown;
  try {
    const event: unknown = JSON.parse(data);
    if (typeof event === 'object' && event && !Array.isArray(event)) return event as Event; // Its type is the reader's.
  } catch (error) {
    cause = error;
  }
  return new SyntaxError(`Failed to read an event: its data is not a JSON object: ${data.slice(0, 100)}`, { cause });
}
