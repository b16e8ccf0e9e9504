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
