import { type Command, defineCommand } from '../command.ts';
import { completionScripts } from '../completion-scripts.ts';
import { oneOf } from '../value-types.ts';
import { config } from './shared-options.ts';

const shells = Object.keys(completionScripts) as (keyof typeof completionScripts)[];

/** Prints a script that completes commands, flags and their values; it is made from the table of commands. */
export function createCompletion(commands: () => readonly Command[]): Command {
  return defineCommand({
    name: 'completion',
    summary: 'Print a script that completes commands and flags in your shell.',
    examples: [
      'source <(chat-mock completion bash)',
      'chat-mock completion fish > ~/.config/fish/completions/chat-mock.fish',
    ],
    options: {
      shell: { kind: 'single', type: oneOf(shells), default: 'bash', summary: 'Your shell.' },
      config,
    },
    positional: 'shell',
    async run({ shell }, io) {
      io.stdout.write(completionScripts[shell](commands()));
      return 0;
    },
  }) as Command;
}
