import { ChatMockError } from '../../runtime/errors.ts';
import { escapeUnsafe } from '../../runtime/escape.ts';
import { defineCommand } from '../command.ts';

import { anyText, path } from '../value-types.ts';
import { config } from './shared-options.ts';

/** Writes a scenario file to start from; never overwrites one. */
export const scenarioNew = defineCommand({
  name: 'scenario new',
  summary: 'Write a scenario file to start from.',
  examples: ['chat-mock scenario new on-schedule', 'chat-mock scenario new on-schedule --scenarios scenarios'],
  positional: 'name',
  options: {
    name: { kind: 'single', type: anyText('NAME'), default: undefined, summary: 'Name of the scenario.' },
    scenarios: {
      kind: 'single',
      type: path('DIR'),
      default: undefined,
      summary: 'Directory to write to; by default the working directory.',
    },
    config,
  },
  async run({ name, scenarios: directory }, io) {
    if (name === undefined)
      throw new ChatMockError(
        'usage',
        'Failed to create a scenario: it needs a name. Write chat-mock scenario new NAME.',
      );
    const { createScenarioFile } = await io.load.newScenario();
    const file = escapeUnsafe(await createScenarioFile({ name, directory: directory ?? io.cwd }));
    const serve =
      directory === undefined ? `--scenarios ${escapeUnsafe(io.cwd)}` : `--scenarios ${escapeUnsafe(directory)}`;
    io.stdout.write(`Wrote ${file}

  chat-mock scenario play ${file}
  chat-mock scenario check ${file}
  chat-mock ${serve} --watch
`);
    return 0;
  },
});
