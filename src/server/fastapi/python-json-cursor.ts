/** Where a parser of JSON stands. */
export interface Cursor {
  readonly text: string;
  index: number;
  /** How many values have begun. */
  values: number;
}

/** Python's JSONDecodeError. `index` counts UTF-16 units. */
export class InvalidPythonJson extends Error {
  readonly index: number;

  constructor(message: string, index: number) {
    super(message);
    this.index = index;
  }
}

/** Any other error of Python's decoder: too many digits, too deep. */
export class UnreadablePythonJson extends Error {}

/** More values than are read; Python would read on. */
export class TooManyValuesError extends Error {}
