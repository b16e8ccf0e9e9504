import { commonFlags } from './arguments.ts';
import type { Command } from './command.ts';
import { configFileNames } from './config-file.ts';
import type { Option } from './option.ts';
import { toFlag } from './option.ts';

const FOOTER = `Each flag can also be set by an environment variable (--api-key: CHAT_MOCK_API_KEY, several values separated by
commas) or by a key (apiKey) of ${configFileNames} in the working directory.
Flags override the environment, which overrides the file. A flag that is not repeatable takes its last value.
`;

/** Help for one command, or for the whole program if none was named (`command` is then the default one). */
export function formatHelp(
  { command, isNamed }: { readonly command: Command; readonly isNamed: boolean },
  commands: readonly Command[],
): string {
  const flags = [
    ...Object.entries(command.options).map(([name, option]) => [toUsage(name, option), toDescription(option)] as const),
    ...Object.entries(commonFlags).map(([name, { short, summary }]) => [`-${short}, --${name}`, summary] as const),
  ];
  if (isNamed)
    return `${command.summary}\n\nUsage: chat-mock ${toCall(command)} [flags]\n\n${toRows(flags)}\n${FOOTER}`;
  const usages = commands.map(
    (one) => `chat-mock ${one.name === command.name ? `[${one.name}]` : toCall(one)} [flags]`,
  );
  const summaries = toRows(commands.map(({ name, summary }) => [name, summary] as const));
  return `A deterministic mock server of the LlamaCloud Chat API.

Usage: ${usages.join('\n       ')}

Commands (run chat-mock COMMAND --help for details):
${summaries}
Flags of ${command.name}, which runs when no command is named:
${toRows(flags)}
${FOOTER}`;
}

/** The command's name and its positional argument. */
function toCall({ name, options, positional }: Command): string {
  const option = positional === undefined ? undefined : options[positional];
  if (!option || option.kind === 'switch') return name;
  return `${name} ${option.type.placeholder}${option.kind === 'repeatable' ? '…' : ''}`;
}

function toUsage(name: string, option: Option): string {
  return option.kind === 'switch' ? toFlag(name) : `${toFlag(name)} ${option.type.placeholder}`;
}

function toDescription(option: Option): string {
  switch (option.kind) {
    case 'switch':
      return option.summary;
    case 'single':
      return option.default === undefined ? option.summary : `${option.summary} [${option.default}]`;
    case 'repeatable':
      return `${option.summary} (repeatable)`;
  }
}

function toRows(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}\n`).join('');
}
