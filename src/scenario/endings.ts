/**
 * How an answer may end, with what the client sees of it. `close` is the right way; the others are what networks,
 * proxies and dying servers do.
 */
export const endingTexts = {
  close: 'The body ends normally.',
  truncate: 'The connection is closed (FIN) without the end of the body: a chunked body lacks its last chunk.',
  reset:
    'The connection is reset (RST) after the client has received every byte before it. Exact if both run on one Linux machine; elsewhere the reset follows 5 ms after the last byte. A client that does not read for 10 s loses the rest.',
  hang: 'Nothing more is sent; the connection stays open until the client disconnects.',
} as const;
/** How an answer ends; `docs/faults.md` explains each. */
export type Ending = keyof typeof endingTexts;

/** The names of all endings. */
export const endings = Object.keys(endingTexts) as [Ending, ...Ending[]]; // The keys of the table.
