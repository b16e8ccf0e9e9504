/** How the mock is started. */
export interface ChatMockServerOptions {
  /** Default 4010. */
  readonly port?: number;
  /** Directory of scenario files. They are added to the built-in ones. */
  readonly scenarios?: string;
  /** Directory of sessions and indexes. They are added to the built-in ones. */
  readonly fixtures?: string;
  /** Seed for all generated data. Default 1. */
  readonly seed?: number | string;
  /** Speed factor for streams, or `instant`. Default: 1. */
  readonly speed?: number | 'instant';
  /** Further flags, as `['--lenient']`. */
  readonly flags?: readonly string[];
}

/** An entry of Playwright's `webServer`. */
export interface ChatMockServer {
  readonly command: string;
  readonly url: string;
  readonly reuseExistingServer: boolean;
  readonly gracefulShutdown: { readonly signal: 'SIGTERM'; readonly timeout: number };
}

/**
 * Starts a mock before the tests and ends it after them.
 *
 * @example
 * ```ts
 * export default defineConfig({ webServer: [chatMockServer({ scenarios: 'scenarios' })] });
 * ```
 */
export function chatMockServer({ port = 4010, flags = [], ...named }: ChatMockServerOptions = {}): ChatMockServer {
  const given = Object.entries({ port, ...named }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, String(value)],
  );
  return {
    command: ['npx', '--no-install', 'chat-mock', ...given, ...flags].map(quote).join(' '),
    url: `http://127.0.0.1:${port}/__mock/health`,
    reuseExistingServer: !process.env['CI'],
    gracefulShutdown: { signal: 'SIGTERM', timeout: 2000 },
  };
}

/** A word of a command line, for sh and for cmd. */
function quote(word: string): string {
  return /^[\w./:@%+=,-]+$/.test(word) ? word : `"${word.replaceAll(/["\\$`]/g, String.raw`\$&`)}"`;
}
