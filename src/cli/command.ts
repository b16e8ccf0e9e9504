import type { Io } from './io.ts';
import type { Options, Values } from './option.ts';

/** A command. Plain data: help, suggestions, configuration keys and docs derive from it. */
export interface Command<Table extends Options = Options> {
  /** One word, or two for a command of a group: `scenario check`. */
  readonly name: string;
  readonly summary: string;
  readonly options: Table;
  /** The option whose value can be given without its flag. */
  readonly positional?: string;
  /** How the help writes that argument; by default as its flag is written. */
  readonly argument?: string;
  /** What its exit codes mean, for the help of a command whose outcome scripts go by. */
  readonly exitCodes?: Readonly<Record<number, string>>;
  /** Headings of the help with their options; the other options follow under a heading of their own. */
  readonly groups?: Readonly<Record<string, readonly (keyof Table & string)[]>>;
  /** Example command lines. */
  readonly examples: readonly string[];
  /** Reads input, makes one library call and writes output; resolves with the exit code. */
  run(values: Values<Table>, io: Io): Promise<number>;
}

/** Returns its argument; exists so that `run` gets typed options. */
export function defineCommand<const Table extends Options>(command: Command<Table>): Command<Table> {
  return command;
}
