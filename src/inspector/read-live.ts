/** One event of `GET live`: its name and the JSON in its data. */
export interface LiveEvent {
  readonly name: string;
  readonly value: unknown;
}

/** Yields the events of an event stream of the control API, whose lines end in LF. */
export async function* readLive(body: ReadableStream<Uint8Array>): AsyncGenerator<LiveEvent> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let rest = '';
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const frames = (rest + decoder.decode(value, { stream: true })).split('\n\n');
      rest = frames.pop() ?? '';
      for (const frame of frames) {
        const event = readFrame(frame);
        if (event) yield event;
      }
    }
  } finally {
    await reader.cancel().catch(() => {}); // The error of a lost connection has been thrown already.
  }
}

function readFrame(frame: string): LiveEvent | null {
  const name = /^event: (.*)$/m.exec(frame)?.[1];
  const data = /^data: (.*)$/m.exec(frame)?.[1];
  return name === undefined || data === undefined ? null : { name, value: JSON.parse(data) };
}
