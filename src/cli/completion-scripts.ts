import { quoteForShell } from '../runtime/escape.ts';
import { commonFlags } from './arguments.ts';
import type { Command } from './command.ts';
import { type Option, toFlag } from './option.ts';

/** A flag of a command as a shell completes it. */
interface Flag {
  readonly flag: string;
  readonly summary: string;
  /** The possible values. Null: the flag takes none. Empty: any value. */
  readonly values: readonly string[] | null;
}

/** The script of each shell. */
export const completionScripts = { bash: toBash, zsh: toZsh, fish: toFish } as const satisfies Record<
  string,
  (commands: readonly Command[]) => string
>;

function toBash(commands: readonly Command[]): string {
  const flags = commands.map(
    (command) =>
      `    '${command.name}') names='${flagsOf(command)
        .map(({ flag }) => flag)
        .join(' ')}' ;;\n`,
  );
  return `# chat-mock completion bash: source <(chat-mock completion bash)
_chat_mock() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" names=''
  local first="\${COMP_WORDS[1]}" both="\${COMP_WORDS[1]} \${COMP_WORDS[2]}"
  case "$before" in
${valuesOf(commands)
  .map(({ flag, values }) => `    ${flag}) COMPREPLY=($(compgen -W '${values.join(' ')}' -- "$word")); return ;;\n`)
  .join('')}  esac
  case "$first" in
${groupsOf(commands)
  .map(([group, names]) => `    ${group}) [ "$COMP_CWORD" = 2 ] && names='${names.join(' ')}' ;;\n`)
  .join('')}  esac
  [ "$COMP_CWORD" = 1 ] && names='${firstWords(commands).join(' ')}'
  case "$first" in
${flags
  .filter((line) => !/'\S+ \S+'\)/.test(line))
  .map((line) => line.replace("names='", 'names="$names ').replace(/' ;;\n$/, '" ;;\n'))
  .join('')}    -*|'') names="$names ${flagsOf(commands[0])
    .map(({ flag }) => flag)
    .join(' ')}" ;;
  esac
  case "$both" in
${flags.filter((line) => /'\S+ \S+'\)/.test(line)).join('')}  esac
  COMPREPLY=($(compgen -W "$names" -- "$word"))
}
complete -o default -F _chat_mock chat-mock
`;
}

function toZsh(commands: readonly Command[]): string {
  const described = (rows: readonly (readonly [string, string])[]) =>
    rows.map(([name, summary]) => quoteForShell(`${name.replaceAll(':', '\\:')}:${summary}`)).join(' ');
  const flags = (command: Command | undefined) =>
    described(flagsOf(command).map(({ flag, summary }) => [flag, summary] as const));
  return `#compdef chat-mock
# chat-mock completion zsh > "\${fpath[1]}/_chat-mock"
_chat_mock() {
  local -a names
  case "$words[CURRENT-1]" in
${valuesOf(commands)
  .map(({ flag, values }) => `    ${flag}) compadd -- ${values.join(' ')}; return ;;\n`)
  .join('')}  esac
  if (( CURRENT == 2 )); then
    names=(${described(firstWords(commands).map((word) => [word, commands.find(({ name }) => name === word)?.summary ?? 'Commands of this group.'] as const))} ${flags(commands[0])})
  else
    case "$words[2] $words[3]" in
${[...commands]
  .sort((a, b) => b.name.length - a.name.length)
  .map((command) => `      ${quoteForShell(command.name)}*) names=(${flags(command)}) ;;\n`)
  .join('')}      -*) names=(${flags(commands[0])}) ;;
    esac
${groupsOf(commands)
  .map(([group, names]) => `    [[ $words[2] == ${group} && CURRENT -eq 3 ]] && names+=(${names.join(' ')})\n`)
  .join('')}  fi
  _describe 'chat-mock' names || _files
}
compdef _chat_mock chat-mock
`;
}

function toFish(commands: readonly Command[]): string {
  const lines = commands.flatMap((command, index) => {
    const [first = '', second] = command.name.split(' ');
    const at = second === undefined ? '__fish_use_subcommand' : `__fish_seen_subcommand_from ${first}`;
    const within = command.name
      .split(' ')
      .map((word) => `__fish_seen_subcommand_from ${word}`)
      .join('; and ');
    const condition = index === 0 ? `${within}; or __fish_use_subcommand` : within;
    return [
      `complete -c chat-mock -n '${at}' -a ${second ?? first} -d ${quoteForShell(command.summary)}`,
      ...flagsOf(command).map(({ flag, summary, values }) => {
        const value = values === null ? '' : values.length > 0 ? ` -x -a '${values.join(' ')}'` : ' -r';
        return `complete -c chat-mock -n '${condition}' -l ${flag.slice(2)}${value} -d ${quoteForShell(summary)}`;
      }),
    ];
  });
  return `# chat-mock completion fish > ~/.config/fish/completions/chat-mock.fish\n${lines.join('\n')}\n`;
}

function flagsOf(command: Command | undefined): Flag[] {
  const { options = {}, positional } = command ?? {};
  return [
    ...Object.entries<Option>(options)
      .filter(([name]) => name !== positional)
      .map(([name, option]) => ({ flag: toFlag(name), summary: option.summary, values: choicesOf(option) })),
    ...Object.entries(commonFlags).map(([name, { summary }]) => ({ flag: `--${name}`, summary, values: null })),
  ];
}

/** What a placeholder such as `fixed|real|manual` lets one choose from. */
function choicesOf(option: Option): readonly string[] | null {
  if (option.kind === 'switch') return null;
  const words = option.type.placeholder.split('|');
  return words.length > 1 ? words.filter((word) => !/^[A-Z]/.test(word)) : [];
}

function valuesOf(commands: readonly Command[]): { readonly flag: string; readonly values: readonly string[] }[] {
  const known = new Map<string, Set<string>>();
  for (const { flag, values } of commands.flatMap(flagsOf))
    for (const value of values ?? []) known.set(flag, (known.get(flag) ?? new Set()).add(value));
  return [...known].map(([flag, values]) => ({ flag, values: [...values] }));
}

/** `scenario` with `check`, `new` and `play`. */
function groupsOf(commands: readonly Command[]): (readonly [string, readonly string[]])[] {
  const words = commands.map(({ name }) => name.split(' '));
  return firstWords(commands).flatMap((first) => {
    const seconds = words.flatMap(([word, second]) => (word === first && second !== undefined ? [second] : []));
    return seconds.length > 0 ? [[first, seconds] as const] : [];
  });
}

function firstWords(commands: readonly Command[]): string[] {
  return [...new Set(commands.map(({ name }) => name.split(' ')[0] ?? name))];
}
