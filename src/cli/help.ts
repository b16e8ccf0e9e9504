import { wrapWords } from '../runtime/wrap-words.ts';
import { commonFlags } from './arguments.ts';
import type { Command } from './command.ts';
import { configFileNames } from './config-file.ts';
import type { TextStyle } from './io.ts';
import type { Option } from './option.ts';
import { toFlag } from './option.ts';

const FOOTER = `Each flag can also be set by an environment variable (--api-key: CHAT_MOCK_API_KEY, several values separated by commas) or by a key (apiKey) of ${configFileNames} in the working directory. Flags override the environment, which overrides the file. A flag that is not repeatable takes its last value.`;

/** Where help is shown. */
interface Sheet {
  readonly columns: number;
  readonly paint: (style: TextStyle, text: string) => string;
}

/** Wider lines are hard to read, however wide the terminal is. */
const MAX_COLUMNS = 100;

/** Help for one command, or for the whole program if none was named (`command` is then the default one). */
export function formatHelp(
  { command, isNamed }: { readonly command: Command; readonly isNamed: boolean },
  { commands, ...sheet }: Sheet & { readonly commands: readonly Command[] },
): string {
  const { paint } = sheet;
  const flags = formatFlags(command, sheet);
  const examples = `${paint('bold', 'Examples')}\n${command.examples.map((line) => `  ${line}\n`).join('')}`;
  const codes = isNamed ? formatExitCodes(command, sheet) : '';
  const end = `${codes}${examples}\n${wrap(FOOTER, { columns: sheet.columns, indent: 0 })}\n`;
  const summary = wrap(command.summary, { columns: sheet.columns, indent: 0 });
  if (isNamed) return `${summary}\n\nUsage: chat-mock ${toUsageOf(command)}\n\n${flags}\n${end}`;
  const rows = commands.map((one) => [one === command ? `[${one.name}]` : toCall(one), one.summary] as const);
  return `A deterministic mock server of the LlamaCloud Chat API.

Usage: chat-mock [${command.name}] [flags]
       chat-mock COMMAND [flags]

${paint('bold', 'Commands')} (chat-mock COMMAND --help has the flags of each)
${toRows(rows, sheet)}
${paint('bold', `Flags of ${command.name}`)}, which runs when no command is named

${flags}
${end}`;
}

/** Exit codes that every command has. */
const EVERY_COMMAND: Readonly<Record<number, string>> = {
  2: 'Bad usage or configuration.',
  5: 'A bug of chat-mock.',
};

/** The exit codes of a command whose outcome is more than done or not done. */
function formatExitCodes({ exitCodes }: Command, sheet: Sheet): string {
  if (!exitCodes) return '';
  const rows = Object.entries({ ...EVERY_COMMAND, ...exitCodes });
  return `${sheet.paint('bold', 'Exit codes')}\n${toRows(rows, sheet)}\n`;
}

/** What a word such as `scenario`, which only begins the name of commands, can be followed by. */
export function formatGroup(
  group: string,
  { commands, ...sheet }: Sheet & { readonly commands: readonly Command[] },
): string {
  const rows = commands.map((one) => [toCall(one), one.summary] as const);
  return `Usage: chat-mock ${group} COMMAND [flags]\n\n${sheet.paint('bold', 'Commands')}\n${toRows(rows, sheet)}`;
}

/** The positional argument and the flags under their headings, all with the same margin. */
function formatFlags(command: Command, sheet: Sheet): string {
  const { options, groups = {}, positional } = command;
  const grouped = new Set([...Object.values(groups).flat(), positional]);
  const argument = positional === undefined ? undefined : options[positional];
  const rest = Object.keys(options).filter((name) => !grouped.has(name));
  const toRow = (name: string) => {
    const option = options[name];
    return option && name !== positional ? [[toUsage(name, option), toDescription(option)] as const] : [];
  };
  const common = Object.entries(commonFlags).map(
    ([name, { short, summary }]) => [`-${short}, --${name}`, summary] as const,
  );
  const sections = [
    ...(argument ? [['Argument', [toArgumentRow(command, argument)]] as const] : []),
    ...Object.entries(groups).map(([heading, names]) => [heading, names.flatMap(toRow)] as const),
    [Object.keys(groups).length > 0 ? 'General' : 'Flags', [...rest.flatMap(toRow), ...common]] as const,
  ];
  const width = widthOf(sections.flatMap(([, rows]) => rows));
  return sections
    .map(([heading, rows]) => `${sheet.paint('bold', heading)}\n${toRows(rows, { ...sheet, width })}`)
    .join('\n');
}

function toArgumentRow(command: Command, option: Option): Row {
  // An argument that the command writes itself says how often it can be given.
  return [toArgument(command), command.argument === undefined ? toDescription(option) : option.summary];
}

/** The command's name and its positional argument. */
function toCall(command: Command): string {
  return [command.name, toArgument(command)].join(' ').trim();
}

/** What follows `--` is not ours, so flags come before it. */
function toUsageOf(command: Command): string {
  const argument = toArgument(command);
  return argument.startsWith('--') ? `${command.name} [flags] ${argument}` : `${toCall(command)} [flags]`;
}

function toArgument({ options, positional, argument }: Command): string {
  if (argument !== undefined) return argument;
  const option = positional === undefined ? undefined : options[positional];
  if (!option || option.kind === 'switch') return '';
  return `${option.type.placeholder}${option.kind === 'repeatable' ? '…' : ''}`;
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

type Row = readonly [left: string, right: string];

/** A longer left side has its right side below it. */
const MAX_WIDTH = 30;

function widthOf(rows: readonly Row[]): number {
  return Math.max(...rows.map(([left]) => left.length).filter((length) => length <= MAX_WIDTH));
}

function toRows(rows: readonly Row[], { columns, width = widthOf(rows) }: Sheet & { readonly width?: number }): string {
  const indent = width + 4;
  return rows
    .map(([left, right]) => {
      const text = wrap(right, { columns, indent });
      return left.length > width ? `  ${left}\n${' '.repeat(indent)}${text}\n` : `  ${left.padEnd(width)}  ${text}\n`;
    })
    .join('');
}

/** Breaks a text between words; lines after the first are indented. */
function wrap(text: string, { columns, indent }: { readonly columns: number; readonly indent: number }): string {
  const room = Math.max(Math.min(columns, MAX_COLUMNS) - indent, 20);
  return wrapWords(text, room).join(`\n${' '.repeat(indent)}`);
}
