type Format = ConstructorParameters<typeof DecompressionStream>[0];

const formats: ReadonlyMap<string, Format> = new Map([
  ['gzip', 'gzip'],
  ['x-gzip', 'gzip'],
  ['deflate', 'deflate'],
]);

/** Decodes a body as `fetch` does. A body with an unknown content coding stays as it is. */
export function decodeContent(
  body: ReadableStream<Uint8Array>,
  { headers, signal }: { readonly headers: Headers; readonly signal: AbortSignal },
): ReadableStream<Uint8Array> {
  const codings = headers.get('content-encoding')?.toLowerCase().split(',') ?? [];
  const known = codings.map((coding) => formats.get(coding.trim()));
  if (known.length === 0 || known.includes(undefined)) return body;
  let unpacked = body;
  for (const format of known.reverse()) if (format) unpacked = unpacked.pipeThrough(new DecompressionStream(format));
  const reader = unpacked.getReader();
  return new ReadableStream({
    type: 'bytes',
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (!done) return controller.enqueue(value);
        controller.close();
        controller.byobRequest?.respond(0); // Settles a BYOB read that waits.
      } catch (error) {
        controller.error(signal.aborted ? signal.reason : new TypeError('terminated', { cause: rootOf(error) }));
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

/** The decoder's own error, which Node 22 wraps in another. */
function rootOf(error: unknown): unknown {
  return error instanceof TypeError && error.cause instanceof Error ? error.cause : error;
}
