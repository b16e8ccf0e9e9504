import { ChatMockError } from '../runtime/errors.ts';
import { escapeUnsafe } from '../runtime/escape.ts';
import { suggest } from '../runtime/suggest.ts';
import type { NamedOptions, Option, Options, ValueResult, Values, ValueType } from './option.ts';
import { toVariable } from './option.ts';
import { quote } from './text.ts';
import { onOff } from './value-types.ts';

/** A text given for an option. */
export interface Given {
  readonly text: string;
  /** How an error names the source: `--port`, `CHAT_MOCK_PORT`, `port in chat-mock.config.ts`. */
  readonly where: string;
  /** Relative paths are resolved against this directory. */
  readonly directory: string;
}

/** The values of one source (command line, environment or file) by option name. */
export type Layer = ReadonlyMap<string, readonly Given[]>;

/**
 * Reads `CHAT_MOCK_<FLAG>` of each option; commas separate repeatable values. An empty variable counts as unset, but not
 * that of a secret, and not one such as `,,`: an empty list would accept any key.
 */
export function readEnvironment(
  options: Options,
  env: Readonly<Record<string, string | undefined>>,
  directory: string,
): Layer {
  const layer = new Map<string, Given[]>();
  for (const [name, option] of Object.entries(options)) {
    const isSet = (variable: string) => {
      const value = env[variable];
      return value !== undefined && (value !== '' || typeOf(option).isSecret === true);
    };
    const where = [toVariable(name), option.foreignVariable ?? ''].find(isSet);
    if (where === undefined) continue;
    const value = env[where] ?? '';
    const items = option.kind === 'repeatable' ? value.split(',').map((text) => text.trim()) : [value];
    const texts = items.filter((text) => text !== '');
    // An empty text is refused where it is read, with the advice for its type.
    const given = texts.length > 0 ? texts : [''];
    layer.set(
      name,
      given.map((text) => ({ text, where, directory })),
    );
  }
  return layer;
}

/** One warning for each unknown `CHAT_MOCK_*` variable; a typo would otherwise go unnoticed. */
export function findStrayVariables(
  names: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  // CHAT_MOCK_URL is for what asks a mock, as the doors of Playwright and Cypress do.
  const known = [...names, 'config', 'url'].map(toVariable);
  return Object.keys(env)
    .filter((name) => name.startsWith('CHAT_MOCK_') && !known.includes(name))
    .map((name) => {
      const near = suggest(name, known);
      return `Ignored ${escapeUnsafe(name)}: no flag has this variable.${near === null ? '' : ` Did you mean ${near}?`}`;
    });
}

/**
 * What a layer says to one command: not what its own option cannot be, but another command's option of that name can
 * (`format: yaml` is for `openapi`, not for `openapi diff`). What none can be stays, and is an error.
 */
export function leaveToOthers(layer: Layer, own: Options, all: NamedOptions): Layer {
  const isMeant = ([name, given]: [string, readonly Given[]]) => {
    const option = own[name];
    return !option || canBe(option, given) || !all[name]?.some((other) => canBe(other, given));
  };
  return new Map([...layer].filter(isMeant));
}

function canBe(option: Option, given: readonly Given[]): boolean {
  return given.every(({ text, directory }) => readText(typeOf(option), text, directory).ok);
}

/** Parses a text given for an option. */
export function typeOf(option: Option): ValueType<unknown> {
  return option.kind === 'switch' ? onOff : option.type;
}

/**
 * Takes each option from the first layer that has it, else its default. Values of a repeatable option never mix layers.
 */
export function resolveValues<Table extends Options>(options: Table, layers: readonly Layer[]): Values<Table> {
  const values = Object.entries(options).map(([name, option]) => {
    const given = layers.find((layer) => layer.has(name))?.get(name) ?? [];
    return [name, resolveValue(option, given)];
  });
  return Object.fromEntries(values) as Values<Table>; // Names and types are those of the table.
}

function resolveValue(option: Option, given: readonly Given[]): unknown {
  const last = given.at(-1);
  switch (option.kind) {
    case 'switch':
      return last !== undefined && readGiven(onOff, last);
    case 'single':
      return last === undefined ? option.default : readGiven(option.type, last);
    case 'repeatable': {
      const values = given.map((one) => readGiven(option.type, one));
      return option.keepsRepeats ? values : [...new Set(values)];
    }
  }
}

function readGiven<Value>(type: ValueType<Value>, { text, where, directory }: Given): Value {
  const reading = readText(type, text, directory);
  if (reading.ok) return reading.value;
  throw new ChatMockError('usage', `Failed to read ${where}: ${reading.reason}. ${reading.advice}`);
}

/** Parses a text with the option's type and refuses the empty text; `reason` is complete and contains no secret. */
export function readText<Value>(type: ValueType<Value>, text: string, directory: string): ValueResult<Value> {
  if (text.trim() === '')
    return { ok: false, reason: 'the value is empty', advice: `Give ${type.placeholder}, or leave it out.` };
  const reading = type.read(text, directory);
  if (reading.ok) return reading;
  return { ...reading, reason: `${type.isSecret ? 'the value' : quote(text)} ${reading.reason}` };
}
