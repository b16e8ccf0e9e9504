import { parseArgs } from 'node:util';
import { ChatMockError } from '../runtime/errors.ts';
import type { Command } from './command.ts';
import { toFlag, toKebabCase } from './option.ts';
import type { Given, Layer } from './settings.ts';
import { adviseOneOf, quote } from './text.ts';

/** Flags of every command. */
export const commonFlags = {
  help: { short: 'h', summary: 'Show this help.' },
  version: { short: 'V', summary: 'Show the version.' },
} as const;

/** The command line, taken apart. */
export interface Arguments {
  readonly asksFor: keyof typeof commonFlags | 'run';
  readonly layer: Layer;
}

/** The commands of a group, such as `scenario`, where nothing but its name is given; else null. */
export function pickGroup<Known extends Pick<Command, 'name'>>(
  argv: readonly string[],
  commands: readonly Known[],
): { readonly group: string; readonly members: readonly Known[] } | null {
  const [group = '', ...rest] = argv.filter((word) => word !== '--help' && word !== '-h');
  const members = commands.filter(({ name }) => name.startsWith(`${group} `));
  const isCommand = commands.some(({ name }) => name === group);
  return rest.length === 0 && members.length > 0 && !isCommand ? { group, members } : null;
}

/** The named command and the arguments after its name; the first command if none is named or a flag comes first. */
export function pickCommand<Known extends Pick<Command, 'name'>>(
  argv: readonly string[],
  commands: readonly [Known, ...Known[]],
): { readonly command: Known; readonly isNamed: boolean; readonly rest: readonly string[] } {
  const [first, second] = argv;
  if (first === undefined || first.startsWith('-')) return { command: commands[0], isNamed: false, rest: argv };
  const names = commands.map(({ name }) => name);
  const group = names.filter((name) => name.startsWith(`${first} `));
  const hasSecond = group.length > 0 && second !== undefined && !second.startsWith('-');
  const typed = hasSecond ? `${first} ${second}` : first;
  const command = commands.find(({ name }) => name === typed);
  if (command !== undefined) return { command, isNamed: true, rest: argv.slice(typed.split(' ').length) };
  const groups = names.flatMap((name) => (name.includes(' ') ? name.split(' ', 1) : []));
  const advice = adviseOneOf(typed, { what: 'Commands', names: group.length > 0 ? group : names, others: groups });
  throw usageError(`run ${quote(typed)}`, 'there is no such command', advice);
}

/** Parses arguments by the command's option table; throws at the first one that does not fit. */
export function readArguments(
  { name: commandName, options, positional }: Command,
  args: readonly string[],
  directory: string,
): Arguments {
  const names = new Map(Object.keys(options).map((name) => [toKebabCase(name), name]));
  const known: NonNullable<Parameters<typeof parseArgs>[0]>['options'] = {};
  for (const [flag, name] of names) known[flag] = { type: options[name]?.kind === 'switch' ? 'boolean' : 'string' };
  for (const [flag, { short }] of Object.entries(commonFlags)) known[flag] = { type: 'boolean', short };
  // Not strict: this function checks the tokens, so that every error has our wording and a suggestion.
  const { tokens } = parseArgs({
    args: [...args],
    options: known,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });

  let asksFor: Arguments['asksFor'] = 'run';
  const layer = new Map<string, Given[]>();
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    const given = positional === undefined ? undefined : layer.get(positional);
    if (
      token.kind === 'positional' &&
      positional !== undefined &&
      (!given || options[positional]?.kind === 'repeatable')
    ) {
      layer.set(positional, [...(given ?? []), { text: token.value, where: positional, directory }]);
      continue;
    }
    if (token.kind === 'positional')
      throw usageError(
        `run ${commandName}`,
        `${quote(token.value)} is one argument too many`,
        `What ${commandName} takes are flags; the name of a command comes first. See chat-mock ${commandName} --help.`,
      );
    if (token.name === 'help' || token.name === 'version') {
      if (asksFor === 'run') asksFor = token.name;
      continue;
    }
    const name = names.get(token.name);
    if (name === undefined) {
      throw usageError(
        `run ${commandName}`,
        `there is no flag ${quote(token.rawName)}`,
        adviseOneOf(toKebabCase(token.name), { what: 'Flags', names: [...names.keys()], prefix: '--' }),
      );
    }
    const text = token.value ?? (options[name]?.kind === 'switch' ? 'true' : undefined);
    const isFlag = !token.inlineValue && text !== undefined && /^-[^\d.]/.test(text);
    if (text === undefined || isFlag)
      throw usageError(
        `read ${toFlag(name)}`,
        isFlag ? `a value must follow, not the flag ${quote(text)}` : 'a value must follow',
        `Write ${toFlag(name)}=VALUE where the value starts with a dash.`,
      );
    layer.set(name, [...(layer.get(name) ?? []), { text, where: toFlag(name), directory }]);
  }
  return { asksFor, layer };
}

/** A mistake in the command line. */
function usageError(verbAndThing: string, reason: string, advice: string): ChatMockError {
  return new ChatMockError('usage', `Failed to ${verbAndThing}: ${reason}. ${advice}`);
}
