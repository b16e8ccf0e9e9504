import { resolve } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import { ChatMockError, stackOf } from '../runtime/errors.ts';
import { pickCommand, pickGroup, readArguments } from './arguments.ts';
import type { Command } from './command.ts';
import { commands } from './commands/index.ts';
import { config } from './commands/shared-options.ts';
import { findConfigFile, readConfigFile } from './config-file.ts';
import { formatGroup, formatHelp } from './help.ts';
import type { Io } from './io.ts';
import type { NamedOptions, Option } from './option.ts';
import type { Layer } from './settings.ts';
import { findStrayVariables, leaveToOthers, readEnvironment, resolveValues } from './settings.ts';

/** Runs the command that the arguments name; resolves with the exit code and never rejects. */
export async function runProgram(io: Io): Promise<number> {
  try {
    return await run(io);
  } catch (error) {
    const { text, exitCode } = describeFailure(error);
    io.stderr.write(text);
    return exitCode;
  }
}

const UNASKED = ['unreachable', 'not_chat_api'];

/** The one place where errors become text. Exit code 2 means that the user can fix it, 5 is a bug in chat-mock. */
export function describeFailure(error: unknown): { readonly text: string; readonly exitCode: number } {
  // A server that cannot be asked is neither bad usage nor a violation: verify promises exit code 3.
  if (error instanceof ChatMockError)
    return { text: `${error.message}\n`, exitCode: UNASKED.includes(error.code) ? 3 : 2 };
  const details = stackOf(error);
  return {
    text: `This is a bug of chat-mock ${packageJson.version}. Please report it with these lines:\n${details}\n`,
    exitCode: 5,
  };
}

async function run(io: Io): Promise<number> {
  // Many people type `help serve` instead of `serve --help`.
  const argv = io.argv[0] === 'help' ? [...io.argv.slice(1), '--help'] : io.argv;
  const picked = pickGroup(argv, commands);
  if (picked) {
    io.stdout.write(formatGroup(picked.group, { commands: picked.members, columns: io.columns, paint: io.paint }));
    return 0;
  }
  const { command, isNamed, rest } = pickCommand(argv, commands);
  const { asksFor, layer } = readArguments(command, rest, io.cwd);
  switch (asksFor) {
    case 'help':
      io.stdout.write(formatHelp({ command, isNamed }, { commands, columns: io.columns, paint: io.paint }));
      return 0;
    case 'version':
      io.stdout.write(`${packageJson.version}\n`);
      return 0;
    case 'run':
      return await command.run(await collectValues(command, layer, io), io);
  }
}

/** Flags override the environment, which overrides the file, which overrides the defaults. */
async function collectValues(command: Command, flags: Layer, io: Io) {
  const options = allOptions();
  for (const line of findStrayVariables(Object.keys(options), io.env)) io.stderr.write(`${line}\n`);
  const environment = readEnvironment(command.options, io.env, io.cwd);
  const { config: named } = resolveValues({ config }, [flags, environment]);
  const file = named === undefined ? findConfigFile(io.cwd) : resolve(io.cwd, named);
  // All commands share the environment and the file, so these may hold values that only another command accepts.
  const shared = [environment];
  if (file !== undefined) shared.push(await readConfigFile(file, { options, cwd: io.cwd, load: io.load }));
  return resolveValues(command.options, [
    flags,
    ...shared.map((layer) => leaveToOthers(layer, command.options, options)),
  ]);
}

/**
 * The settings a configuration file may hold: the options of all commands, except `config` and positional arguments.
 */
function allOptions(): NamedOptions {
  const typed = new Set(['config', ...commands.map(({ positional }) => positional)]);
  const options: Record<string, Option[]> = {};
  for (const [name, option] of commands.flatMap((one) => Object.entries<Option>(one.options)))
    if (!typed.has(name)) options[name] = [...(options[name] ?? []), option];
  return options;
}
