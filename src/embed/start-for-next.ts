import { addBuiltIn } from '../node/built-in.ts';
import { createChatMock } from '../node/checked-mock.ts';
import { loadFixtures, loadScenarios } from '../node/files.ts';
import { ChatMockError } from '../runtime/errors.ts';
import { connect } from './connect.ts';
import type { RegisterOptions } from './next.ts';

/** A mock on a port, unless another process of Next.js has started it already. */
export async function startForNext({ port = 4010, scenarios, fixtures, ...options }: RegisterOptions): Promise<void> {
  const data = addBuiltIn({
    ...(scenarios !== undefined && { scenarios: await loadScenarios(scenarios) }),
    ...(fixtures !== undefined && (await loadFixtures(fixtures))),
  });
  const mock = createChatMock({ ...options, ...data });
  const url = await listen(() => mock.listen({ port }), port);
  process.env['LLAMA_CLOUD_BASE_URL'] ??= url;
  process.env['CHAT_MOCK_URL'] ??= url;
}

/** Next.js has several processes, and each registers; the first of them serves all. */
async function listen(start: () => Promise<{ readonly url: string }>, port: number): Promise<string> {
  try {
    return (await start()).url;
  } catch (error) {
    const url = `http://127.0.0.1:${port}`;
    if (!(error instanceof ChatMockError) || error.code !== 'port_in_use') throw error;
    await connect(url).scenarioNames; // Rejects if it is not a mock.
    return url;
  }
}
