import type { Io, Loaders } from '../../../src/cli/io.ts';
import { runProgram } from '../../../src/cli/program.ts';
import type { TlsOptions, TrustedCertificate } from '../../../src/node/certificate.ts';
import { checkScenarios, findFiles } from '../../../src/node/files.ts';
import { buildMock } from '../../../src/node/mock.ts';
import { writeDocument } from '../../../src/openapi/write-document.ts';
import type { ChatMockError } from '../../../src/runtime/errors.ts';
import type { Activity } from '../../../src/world/activity.ts';
import type { QueuedAnswer } from '../../../src/world/answer-queue.ts';

export interface FakeOptions {
  readonly env?: Record<string, string>;
  readonly cwd?: string;
  /** Of the runtime; those of Node unless told otherwise. */
  readonly versions?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** What is typed when the program asks; nothing: there is no terminal. */
  readonly reply?: string;
  /** Mocks are real. */
  readonly realMock?: boolean;
  /** What `listen` fails with. */
  readonly listenError?: Error;
  /** How many edits a watch sees at once; one unless told otherwise. */
  readonly edits?: number;
  /** What a watch meets after it has begun. */
  readonly watchError?: ChatMockError;
  /** What happens while the server runs, before it is interrupted. */
  readonly activities?: readonly Activity[];
  /** Wraps what would be coloured, as in `<red>404</red>`. */
  readonly showsStyles?: boolean;
  /** How wide the terminal is; 100 unless told otherwise. */
  readonly columns?: number;
  /** Answers that were queued and that nothing asked for. */
  readonly unused?: readonly Pick<QueuedAnswer, 'scenario' | 'operation' | 'times' | 'used'>[];
  /** `close()` never settles. */
  readonly hangs?: boolean;
  /** What happens once a proxy listens at this URL, before it is interrupted. */
  readonly atReady?: (url: string) => Promise<void>;
  /** The program runs to its own end. */
  readonly neverInterrupts?: boolean;
}

export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What the engine was asked for: one entry for each call, in order. */
  readonly calls: readonly (readonly [name: string, argument: unknown])[];
  /** Each write to stdout by itself. */
  readonly writes: readonly string[];
}

/** Runs the program against a stub of the engine, interrupts it once it is ready, and tells what came of it. */
export async function runCli(argv: readonly string[], options: FakeOptions = {}): Promise<Outcome> {
  const calls: [string, unknown][] = [];
  const writes: string[] = [];
  const errors: string[] = [];
  const load = createLoaders(options, calls);
  const io: Io = {
    argv,
    env: options.env ?? {},
    cwd: options.cwd ?? '/nowhere',
    pid: 7,
    versions: options.versions ?? { node: '20.20.2' },
    ask: async (question) => {
      calls.push(['ask', question]);
      return options.reply ?? null;
    },
    readStdin: async () => Buffer.from(options.stdin ?? ''),
    stdout: { write: (text) => void writes.push(text) },
    stderr: { write: (text) => void errors.push(text) },
    progress: () => {},
    columns: options.columns ?? 100,
    paint: (style, text) => (options.showsStyles ? `<${style}>${text}</${style}>` : text),
    defer: () => {},
    interrupted: async () => {
      if (options.neverInterrupts) await new Promise(() => {});
      // The URL is printed in the tick after this call.
      await Promise.resolve();
      await Promise.resolve();
      const url = /https?:\/\/127\.0\.0\.1:\d+/.exec(writes.join(''))?.[0];
      if (options.atReady && url !== undefined) await options.atReady(url);
      for (const activity of options.activities ?? []) load.onActivity?.(activity);
    },
    pause: async (delayMs) => void calls.push(['pause', delayMs]),
    wait: async () => {},
    exitAfter: (delayMs, exitCode) => void calls.push(['exitAfter', [delayMs, exitCode]]),
    load: load.loaders,
  };
  const exitCode = await runProgram(io);
  return { exitCode, stdout: writes.join(''), stderr: errors.join(''), calls, writes };
}

function certificateOf(tls: TlsOptions): TrustedCertificate {
  const isSelfSigned = tls === 'self-signed';
  const certFile = isSelfSigned ? '/tmp/cert.pem' : tls.certFile;
  return { fingerprint256: 'AA:BB', publicKeySha256: 'c3BraQ==', certFile, isSelfSigned };
}

function createLoaders(options: FakeOptions, calls: [string, unknown][]) {
  const state: { onActivity?: (activity: Activity) => void; loaders: Loaders } = {
    loaders: {
      mock: async () => ({
        buildMock: (given, log) => {
          if (options.realMock) return buildMock(given, log);
          const { onActivity, ...rest } = given;
          calls.push(['buildMock', rest]);
          if (onActivity) state.onActivity = onActivity;
          const stub = {
            scenarioNames: ['cited-answer', 'parallel-tools', 'q3-findings', 'slow-tool', 'tool-fails'],
            sessionCount: 6,
            resetAll: () => options.unused ?? [],
            replaceScenarios: (scenarios: unknown) => calls.push(['replaceScenarios', scenarios]),
            replaceFixtures: (fixtures: unknown) => calls.push(['replaceFixtures', fixtures]),
            listen: async (address: { port: number; host: string; socketPath?: string; tls?: TlsOptions }) => {
              calls.push(['listen', address]);
              if (options.listenError) throw options.listenError;
              return {
                url: address.socketPath === undefined ? `http://127.0.0.1:${address.port}` : 'http://localhost',
                port: address.port,
                socketPath: address.socketPath ?? null,
                certificate: address.tls ? certificateOf(address.tls) : null,
                close: async (given: unknown) => {
                  calls.push(['close', given]);
                  if (options.hangs) await new Promise(() => {});
                },
              };
            },
          };
          return stub as unknown as ReturnType<Awaited<ReturnType<Loaders['mock']>>['buildMock']>; // The part that serve uses.
        },
      }),
      files: async () => ({
        loadScenarios: async (directory) => [['loaded from', directory]] as never,
        loadScenario: async (file) => [['loaded from', file]] as never,
        loadFixtures: async (directory) => ({ sessions: [['loaded from', directory]], indexes: [] }) as never,
        loadChoices: async (file) => ({ file }) as never,
        checkScenarios,
        findFiles,
      }),
      builtIn: async () => {
        const { addBuiltIn, ...rest } = await import('../../../src/node/built-in.ts');
        // What this stub has loaded has no names to go by.
        return { ...rest, addBuiltIn: (own) => (own.scenarios?.length === 0 ? addBuiltIn(own) : own) };
      },
      newScenario: () => import('../../../src/node/new-scenario.ts'),
      play: () => import('../../../src/node/play.ts'),
      watch: async () => ({
        watchDirectories: async (directories, { onChange, onError }) => {
          calls.push(['watch', directories]);
          for (let edit = 0; edit < (options.edits ?? 1); edit++) onChange();
          if (options.watchError) onError(options.watchError);
          return async () => void calls.push(['unwatch', directories]);
        },
      }),
      openapi: async () => ({
        buildDocument: ({ edition = '', spec = '' } = {}) => ({ openapi: `${spec}.0`, info: { version: edition } }),
        writeDocument,
      }),
      openapiDiff: () => import('../../../src/openapi/diff/index.ts'),
      certificate: () => import('../../../src/node/certificate.ts'),
      record: () => import('../../../src/record/index.ts'),
      selfTest: () => import('../../../src/self-test/run.ts'),
      contract: () => import('../../../src/contract/index.ts'),
      lineDiff: () => import('../../../src/cli/line-diff.ts'),
      childProcess: () => import('../../../src/cli/child-process.ts'),
      telemetry: () => import('../../../src/cli/telemetry/start.ts'),
      openUrl: async () => ({ openUrl: async (url) => void calls.push(['openUrl', url]) }),
      log: () => import('../../../src/log/index.ts'),
      document: () => import('../../../src/runtime/document.ts'),
    },
  };
  return state;
}

/** What `createChatMock` was given. */
export function mockOptionsOf({ calls }: Outcome): Record<string, unknown> {
  return (calls.find(([name]) => name === 'buildMock')?.[1] ?? {}) as Record<string, unknown>; // An options object.
}
