import type { Edition } from '../api/editions.ts';
import type { Speed } from '../runtime/clock.ts';
import type { Limits } from '../runtime/limits.ts';

/** What a flag can be in a file: one value, or a list where the flag may be repeated. */
type Setting = string | number | boolean | readonly (string | number)[];

/** Settings of commands that are rarely kept in a file; `chat-mock COMMAND --help` explains the flag of each. */
export const furtherSettings = [
  'header',
  'cookie',
  'basePath',
  'clientCert',
  'clientKey',
  'http1',
  'profile',
  'only',
  'skip',
  'report',
  'flows',
  'shard',
  'failUnderCoverage',
  'waivers',
  'learn',
  'fuzz',
  'stateful',
  'against',
  'timeoutMs',
  'budgetRequests',
  'maxRunMs',
  'waitMs',
  'start',
  'concurrency',
  'index',
  'allowProduction',
  'keep',
  'bail',
  'dryRun',
  'list',
  'explain',
  'verbose',
  'record',
  'replay',
  'redact',
  'redactPrompts',
  'force',
  'otel',
  'log',
  'logSync',
  'at',
  'diff',
  'spec',
  'format',
  'out',
  'check',
  'remoteRefs',
  'prompt',
  'wire',
  'yes',
] as const;

/** What a file `chat-mock.config.*` can say: the flags, in camelCase. Relative paths start from the file. */
export interface ChatMockConfig
  extends Readonly<Partial<Record<(typeof furtherSettings)[number], Setting>>>,
    Partial<Limits> {
  readonly port?: number;
  readonly host?: string;
  readonly listen?: string;
  readonly tls?: 'self-signed';
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly drainMs?: number;
  readonly seed?: number | string;
  readonly edition?: Edition | 'auto';
  readonly scenarios?: string;
  readonly fixtures?: string;
  readonly noBuiltIn?: boolean;
  readonly sessions?: number;
  readonly speed?: Speed;
  readonly clock?: 'fixed' | 'real' | 'manual';
  readonly apiKey?: string | readonly string[];
  readonly choices?: string;
  readonly lenient?: boolean;
  readonly json?: boolean;
  readonly cors?: string | readonly string[];
  readonly watch?: boolean;
  readonly noControl?: boolean;
  readonly controlToken?: string;
  readonly quiet?: boolean;
  readonly open?: boolean;
}

/**
 * Returns its argument; gives an editor the settings of `chat-mock.config.ts` and checks them.
 *
 * @example
 * export default defineConfig({ port: 4020, scenarios: 'mocks', speed: 'instant' });
 */
export function defineConfig(config: ChatMockConfig): ChatMockConfig {
  return config;
}
