import { ChatMockError } from '../../runtime/errors.ts';
import { defineCommand } from '../command.ts';
import { anyText } from '../value-types.ts';
import {
  createLoader,
  dataOptions,
  engineOptions,
  reportUnused,
  streamOptions,
  toMockOptions,
} from './engine-options.ts';
import { limitNames } from './limit-options.ts';
import { config } from './shared-options.ts';

/** Any key is good where none is configured. */
const ANY_KEY = 'any';

const options = {
  command: {
    kind: 'repeatable',
    type: anyText('-- CMD'),
    keepsRepeats: true,
    summary: 'Command to run, with its arguments.',
  },
  ...engineOptions,
  config,
} as const;

/** Runs a command beside a mock on a free port, and ends with its exit code. */
export const run = defineCommand({
  name: 'run',
  summary: 'Run a command, such as your tests, beside a mock on a free port.',
  options,
  positional: 'command',
  groups: { Data: dataOptions, Streams: streamOptions, Access: ['apiKey', 'cors'], Limits: limitNames },
  examples: ['chat-mock run -- npm test', 'chat-mock run --speed instant --scenarios mocks -- npx vitest run'],
  async run(values, io) {
    if (values.command.length === 0)
      throw new ChatMockError(
        'usage',
        'Failed to run: there is no command. Name it after two dashes, as in chat-mock run -- npm test.',
      );
    const { buildMock } = await io.load.mock();
    const load = await createLoader(values, io);
    const mock = buildMock({ ...toMockOptions(values), ...(await load()).given });
    const server = await mock.listen({ port: 0 });
    try {
      const { runChild } = await io.load.childProcess();
      const key = values.apiKey[0] ?? io.env['LLAMA_CLOUD_API_KEY'] ?? ANY_KEY;
      const env = { LLAMA_CLOUD_BASE_URL: server.url, CHAT_MOCK_URL: server.url, LLAMA_CLOUD_API_KEY: key };
      return await runChild(values.command, { env });
    } finally {
      await server.close();
      reportUnused(mock.resetAll(), io);
    }
  },
});
