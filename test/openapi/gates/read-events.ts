import { createParser } from 'eventsource-parser';

/** The events of a stream as the generated types know them. */
export async function readEvents<Event>(body: AsyncIterable<Uint8Array> | null | undefined): Promise<Event[]> {
  if (!body) throw new Error('The stream has no body.');
  const events: Event[] = [];
  // As the document says; the round trip test judges it.
  const parser = createParser({ onEvent: ({ data }) => events.push(JSON.parse(data) as Event) });
  const decoder = new TextDecoder();
  for await (const bytes of body) parser.feed(decoder.decode(bytes, { stream: true }));
  return events;
}
