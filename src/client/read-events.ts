import type { Event } from '../api/events.ts';

/**
 * Yields the events of a turn's stream as they arrive, whatever its line ends and however its bytes are split. Rejects
 * with the error of the body if the connection is lost, and with SyntaxError if an event is not JSON. Leaving the loop
 * cancels the body.
 *
 * @example
 * ```ts
 * let turn = emptyTurn;
 * for await (const event of readEvents(response.body)) turn = applyEvent(turn, event);
 * ```
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export async function* readEvents(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Event, void, undefined> {
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
          if (data) yield parse(data);
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

function parse(data: string): Event {
  try {
    return JSON.parse(data) as Event;
  } catch (error) {
    throw new SyntaxError(`Failed to read an event: its data is not JSON: ${data.slice(0, 100)}`, { cause: error });
  }
}
