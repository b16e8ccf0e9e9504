/**
 * How an answer may end, with what the client sees of it. `close` is the right way; the others are what networks,
 * proxies and dying servers do.
 */
export const endingTexts = {
  close: 'The body ends well.',
  truncate: 'The connection is closed (FIN) without the end of the body: a chunked body lacks its last chunk.',
  reset:
    'The connection is reset (RST), after the client has got every byte before it. Certain where both are on one Linux machine; elsewhere it comes 5 ms after the last byte. Who does not read for 10 s loses the rest.',
  hang: 'Nothing more ever comes; the connection stays open until the client leaves.',
} as const;
/** How an answer ends; `docs/faults.md` explains each. */
export type Ending = keyof typeof endingTexts;

/** The names of all endings. */
export const endings = Object.keys(endingTexts) as [Ending, ...Ending[]]; // The keys of the table.
