import type { Io } from './io.ts';
import type { Options, Values } from './option.ts';

/** A thing the program can do. Plain data: help, suggestions, configuration keys and docs derive from it. */
export interface Command<Table extends Options = Options> {
  /** One word, or two where it is one of a group: `scenario check`. */
  readonly name: string;
  readonly summary: string;
  readonly options: Table;
  /** The option whose values may also be given without its flag. */
  readonly positional?: string;
  /** Reads, makes one call into the library, writes; resolves with the exit code. */
  run(values: Values<Table>, io: Io): Promise<number>;
}

/** Returns its argument; exists so that `run` knows the types of its options. */
export function defineCommand<const Table extends Options>(command: Command<Table>): Command<Table> {
  return command;
}
