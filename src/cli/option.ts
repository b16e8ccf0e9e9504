/** What reading a text came to; `reason` follows the quoted text: `"abc" is not …`. */
export type ValueResult<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly reason: string; readonly advice: string };

/** A kind of value: how it is written in the help, and how a text becomes one. */
export interface ValueType<Value> {
  readonly placeholder: string;
  /** True for what must never be shown, not even in an error. */
  readonly isSecret?: true;
  /** `directory` is what a relative path starts from. */
  read(text: string, directory: string): ValueResult<Value>;
}

interface OptionBase {
  readonly summary: string;
}
/** Off unless given; `--flag`, or `--flag=false` against the environment or the file. */
interface Switch extends OptionBase {
  readonly kind: 'switch';
}
/** One value; given twice, the last one counts. */
export interface Single<Value = unknown, Default = unknown> extends OptionBase {
  readonly kind: 'single';
  readonly type: ValueType<Value>;
  readonly default: Default;
}
/** Any number of values: the flag again and again, commas in the environment, a list in the file. */
interface Repeatable<Value = unknown> extends OptionBase {
  readonly kind: 'repeatable';
  readonly type: ValueType<Value>;
  /** A value given twice is two values; else it is one. */
  readonly keepsRepeats?: true;
}
/** A flag of a command: a switch, a single value or a repeatable one. */
export type Option = Switch | Single | Repeatable;

/** Options by their name in the program and in a configuration file; flag and variable derive from it. */
export type Options = Readonly<Record<string, Option>>;

/** The options of all commands by name: several where commands take different values by one name. */
export type NamedOptions = Readonly<Record<string, readonly Option[]>>;

/** What a command gets for its options. */
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
