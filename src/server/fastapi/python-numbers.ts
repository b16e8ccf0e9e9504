/**
 * A JSON integer beyond JavaScript's safe ones, as it was written. Python reads up to 4,300 digits; a `bigint` of so
 * many takes 0.3 ms to make and to write again, a few hundred of them block the server.
 */
export class LongInteger {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/**
 * A JSON number written as a float whose value is whole, such as `1.0` or `1e16`. Python tells it from the
 * integer of the same value, in what it accepts and in what it echoes. Every other float is a plain number:
 * here a whole `number` (or a `LongInteger`) is an integer, any other `number` is a float.
 */
export class WholeFloat {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}
