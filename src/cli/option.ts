/** The value of a text, or why it has none; `reason` continues the quoted text: `"abc" is not …`. */
export type ValueResult<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly reason: string; readonly advice: string };

/** A type of value: its placeholder in the help, and how text is parsed. */
export interface ValueType<Value> {
  readonly placeholder: string;
  /** True for values that must never be printed, not even in an error. */
  readonly isSecret?: true;
  /** Relative paths are resolved against `directory`. */
  read(text: string, directory: string): ValueResult<Value>;
}

interface OptionBase {
  readonly summary: string;
  /** A variable that others set, such as PORT; it counts below the option's own. */
  readonly foreignVariable?: string;
}
/** Off by default; `--flag` turns it on, `--flag=false` overrides the environment or the file. */
interface Switch extends OptionBase {
  readonly kind: 'switch';
}
/** One value; the last one counts. */
export interface Single<Value = unknown, Default = unknown> extends OptionBase {
  readonly kind: 'single';
  readonly type: ValueType<Value>;
  readonly default: Default;
}
/** Any number of values: a repeated flag, commas in the environment, or a list in the file. */
interface Repeatable<Value = unknown> extends OptionBase {
  readonly kind: 'repeatable';
  readonly type: ValueType<Value>;
  /** Keeps a repeated value; by default repeats are removed. */
  readonly keepsRepeats?: true;
}
/** A flag of a command: a switch, a single value or a repeatable one. */
export type Option = Switch | Single | Repeatable;

/** Options by their name in the program and in a configuration file; flag and variable derive from it. */
export type Options = Readonly<Record<string, Option>>;

/** The options of all commands by name; a name can have several options, since commands may give it different types. */
export type NamedOptions = Readonly<Record<string, readonly Option[]>>;

/** The parsed values of a command's options. */
export type Values<Table extends Options> = { readonly [Name in keyof Table]: ValueOf<Table[Name]> };
type ValueOf<Given extends Option> =
  Given extends Single<infer Value, infer Default>
    ? Value | Default
    : Given extends Repeatable<infer Value>
      ? readonly Value[]
      : boolean;

/** `apiKey` → `api-key`. */
export function toKebabCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** `apiKey` → `--api-key`. */
export function toFlag(name: string): string {
  return `--${toKebabCase(name)}`;
}

/** `apiKey` → `CHAT_MOCK_API_KEY`. */
export function toVariable(name: string): string {
  return `CHAT_MOCK_${toKebabCase(name).replaceAll('-', '_').toUpperCase()}`;
}
