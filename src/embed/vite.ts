import { resolve } from 'node:path';
import type { Plugin, PreviewServer, ViteDevServer } from 'vite';
import { addBuiltIn } from '../node/built-in.ts';
import { createChatMock } from '../node/checked-mock.ts';
import { loadFixtures, loadScenarios } from '../node/files.ts';
import type { ChatMock, ChatMockOptions } from '../node/mock.ts';
import { watchDirectories } from '../node/watch.ts';
import { ChatMockError } from '../runtime/errors.ts';
import { oneAtATime } from '../runtime/one-at-a-time.ts';

/** Options of the Vite plugin: those of a mock, with directories in place of parsed files. */
export interface ChatMockPluginOptions
  extends Omit<ChatMockOptions, 'scenarios' | 'sessions' | 'indexes' | 'basePath' | 'onActivity' | 'onError'> {
  /** Prefix of every path, such as `/llama`. Default: none, and the mock answers only paths of the API. */
  readonly path?: string;
  /** Directory of scenario files, relative to Vite's root. They are added to the built-in ones; yours win by name. */
  readonly scenarios?: string;
  /** Directory of sessions and indexes, relative to Vite's root. They are added to the built-in ones; yours win by id. */
  readonly fixtures?: string;
  /** Whether edits of these files take effect at once. Default true. */
  readonly watch?: boolean;
}

/**
 * Answers the Chat API on Vite's own server, in development and in a preview. Cuts, resets and hangs reach the page;
 * Vite's proxy would hide them.
 *
 * @example
 * ```ts
 * export default defineConfig({ plugins: [chatMock({ scenarios: 'scenarios' })] });
 * ```
 */
export function chatMock(options: ChatMockPluginOptions = {}): Plugin {
  const { path = '', scenarios, fixtures, watch = true, ...rest } = options;
  let closeBundle = async () => {};
  const mount = async (server: ViteDevServer | PreviewServer) => {
    const { root, logger } = server.config;
    const directories = {
      scenarios: scenarios && resolve(root, scenarios),
      fixtures: fixtures && resolve(root, fixtures),
    };
    const mock = createChatMock({ ...rest, basePath: path, ...(await load(directories)) });
    const say = { info: (text: string) => logger.info(text), error: (text: string) => logger.error(text) };
    const unwatch = watch ? await reloadEdits(mock, { directories, say }) : async () => {};
    const dispose = async () => void (await Promise.all([unwatch(), mock.close()]));
    // In middleware mode there is no server to close: Vite calls this for each environment that ends.
    if (server.httpServer) server.httpServer.once('close', () => void dispose());
    else closeBundle = dispose;
    server.middlewares.use((request, response, next) => void mock.nodeHandler(request, response, next).catch(next));
    announce(server, { path, mock });
  };
  return {
    name: 'chat-mock',
    apply: 'serve',
    configureServer: mount,
    configurePreviewServer: mount,
    closeBundle: () => closeBundle(),
  };
}

interface Directories {
  readonly scenarios?: string | undefined;
  readonly fixtures?: string | undefined;
}

async function load({ scenarios, fixtures }: Directories) {
  return addBuiltIn({
    ...(scenarios !== undefined && { scenarios: await loadScenarios(scenarios) }),
    ...(fixtures !== undefined && (await loadFixtures(fixtures))),
  });
}

interface Reloading {
  readonly directories: Directories;
  readonly say: { readonly info: (text: string) => void; readonly error: (text: string) => void };
}

/** Edits take effect with the next turn; a bad edit is reported, and the last good files stay in use. */
async function reloadEdits(mock: ChatMock, { directories, say }: Reloading): Promise<() => Promise<void>> {
  const watched = Object.values(directories).filter((directory) => directory !== undefined);
  if (watched.length === 0) return async () => {};
  const reload = async () => {
    try {
      const { scenarios, sessions, indexes } = await load(directories);
      if (scenarios) mock.replaceScenarios(scenarios);
      if (sessions && indexes) mock.replaceFixtures({ sessions, indexes });
      say.info('chat-mock: files reloaded.');
    } catch (error) {
      const reason = error instanceof ChatMockError ? error.message : String(error);
      say.error(`chat-mock: ${reason}\nThe last good files stay in use.`);
    }
  };
  return watchDirectories(watched, { onChange: oneAtATime(reload), onError: ({ message }) => say.error(message) });
}

/** A line in Vite's banner. */
function announce(
  server: ViteDevServer | PreviewServer,
  { path, mock }: { readonly path: string; readonly mock: ChatMock },
): void {
  const { printUrls } = server;
  server.printUrls = () => {
    Reflect.apply(printUrls, server, []);
    const local = server.resolvedUrls?.local[0];
    const url = local === undefined ? path || '/' : new URL(local).origin + path;
    server.config.logger.info(
      `  ➜  Chat API: ${url} (chat-mock, ${mock.scenarioNames.length} scenarios; ask for /NAME)`,
    );
  };
}
