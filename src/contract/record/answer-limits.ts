/** What one answer may hold. A reader leaves the connection where an answer goes beyond it. */
export interface AnswerLimits {
  /** Bytes of the body, as sent and after each layer of its content-encoding. */
  readonly bodyBytes: number;
  /** Pieces in which the body arrives, empty ones included. */
  readonly pieces: number;
  /** Lines of an event stream. */
  readonly lines: number;
  /** Interim answers (1xx) before the final one. */
  readonly interimAnswers: number;
}

/** Far above what a conforming server sends, and low enough that several answers at once fit into memory. */
export const defaultAnswerLimits: AnswerLimits = {
  bodyBytes: 6 * 1024 * 1024,
  pieces: 50_000,
  lines: 100_000,
  interimAnswers: 20,
};

/** How deep JSON may be nested: every walk over a value may then recurse. */
export const MAX_JSON_DEPTH = 512;
/** How many values JSON may hold: each costs memory, however short its text is. */
export const MAX_JSON_VALUES = 50_000;
