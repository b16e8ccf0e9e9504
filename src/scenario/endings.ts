/**
 * How an answer may end, with what the client sees of it. `close` is the normal end; the others imitate broken
 * networks, proxies and servers.
 */
export const endingTexts = {
  close: 'The body ends normally.',
  truncate:
    'The connection is closed (FIN) without the end of the body: a chunked body lacks its last chunk. Over HTTP/2: RST_STREAM, and the other streams of the connection go on.',
  reset:
    'The connection is reset (RST) after the client has received every byte before it. Exact if both run on one Linux machine; elsewhere the reset follows 5 ms after the last byte. A client that does not read for 10 s loses the rest. Over HTTP/2: GOAWAY, then the connection and all its streams are gone.',
  hang: 'Nothing more is sent; the connection stays open until the client disconnects.',
} as const;
/** How an answer ends; `docs/faults.md` explains each. */
export type Ending = keyof typeof endingTexts;

/** The names of all endings. */
export const endings = Object.keys(endingTexts) as [Ending, ...Ending[]]; // The keys of the table.

/**
 * Error codes of HTTP/2 (RFC 9113, section 7) that a cut may have. NO_ERROR and CANCEL are missing: clients take them for
 * an end.
 */
export const http2Codes = {
  protocol_error: 1,
  internal_error: 2,
  flow_control_error: 3,
  settings_timeout: 4,
  stream_closed: 5,
  frame_size_error: 6,
  refused_stream: 7,
  compression_error: 9,
  connect_error: 10,
  enhance_your_calm: 11,
  inadequate_security: 12,
  http_1_1_required: 13,
} as const;
/** The name of such a code. */
export type Http2Code = keyof typeof http2Codes;
