import packageJson from '../../../package.json' with { type: 'json' };
import type { ChatMock, ChatMockOptions } from '../../node/mock.ts';
import { ChatMockError } from '../../runtime/errors.ts';
import { oneAtATime } from '../../runtime/one-at-a-time.ts';
import type { Activity, LoggedActivity } from '../../world/activity.ts';
import { createActivityLog, formatActivity, formatActivityJson } from '../activity-log.ts';
import { formatBanner, formatReady, hasInspector, type Readiness } from '../banner.ts';
import { defineCommand } from '../command.ts';
import type { Io } from '../io.ts';
import { keepLog } from '../keep-log.ts';
import type { Values } from '../option.ts';
import type { Telemetry } from '../telemetry/start.ts';
import { findRuntime } from '../tell-runtime.ts';
import { apiKey, oneOf, path, unixSocket, wholeNumber } from '../value-types.ts';
import {
  createLoader,
  dataOptions,
  engineOptions,
  reportUnused,
  streamOptions,
  toMockOptions,
} from './engine-options.ts';
import { limitNames } from './limit-options.ts';
import { config, host, port } from './shared-options.ts';
import { tlsOf, tlsOptions } from './tls-options.ts';

/** The program stops within 2 s of SIGINT or SIGTERM, whatever still hangs. */
const CLOSE_WITHIN_MS = 1500;
const EXIT_WITHIN_MS = 100;

const options = {
  port,
  host,
  listen: {
    kind: 'single',
    type: unixSocket,
    default: undefined,
    summary: 'Unix socket to listen on, instead of a port.',
  },
  ...tlsOptions,
  drainMs: {
    kind: 'single',
    type: wholeNumber(0, 3_600_000, 'Give how many milliseconds streams may go on after SIGTERM.'),
    default: 0,
    summary: 'How long streams may go on to their end after SIGTERM or SIGINT, in ms; meanwhile GET health is a 503.',
  },
  ...engineOptions,
  log: {
    kind: 'single',
    type: path('FILE'),
    default: undefined,
    summary: 'Keep everything in this file, prompts too, and go on with it after a restart.',
  },
  logSync: {
    kind: 'single',
    type: oneOf(['os', 'always']),
    default: 'os',
    summary: 'When an answer may leave: os once the system has its line of --log, always once the disk has it.',
  },
  json: { kind: 'switch', summary: 'Print one JSON object per line instead of text.' },
  watch: { kind: 'switch', summary: 'Reload --scenarios and --fixtures when they change.' },
  noControl: { kind: 'switch', summary: 'Disable the control API, except GET health.' },
  controlToken: {
    kind: 'single',
    type: apiKey,
    default: undefined,
    summary: 'Token that the control API requires; mandatory when --host is not loopback.',
  },
  otel: {
    kind: 'switch',
    summary: 'Export metrics and traces with OpenTelemetry (OTLP), as the variables OTEL_* say.',
  },
  open: { kind: 'switch', summary: 'Open the inspector in the default browser.' },
  quiet: { kind: 'switch', summary: 'Print only the base URL; with --json, only ready and stopped.' },
  config,
} as const;

type ServeValues = Values<typeof options>;

/** Starts the server; resolves after it was interrupted and stopped. */
export const serve = defineCommand({
  name: 'serve',
  summary: 'Start the mock server.',
  options,
  groups: {
    Listen: ['port', 'host', 'listen', 'tls', 'tlsCert', 'tlsKey', 'drainMs', 'apiKey', 'cors'],
    Data: [...dataOptions, 'watch', 'log', 'logSync'],
    Streams: streamOptions,
    Control: ['noControl', 'controlToken'],
    Output: ['open', 'json', 'quiet', 'otel'],
    Limits: limitNames,
  },
  examples: ['chat-mock --speed 10', 'chat-mock --scenarios mocks --watch'],
  async run(values, io) {
    const toText = (activity: LoggedActivity) => formatActivity(activity, io);
    // The kernel drops signals to process 1 that have no listener, so listeners are added at the start.
    const early = io.pid === 1 ? io.interrupted() : null;
    const tls = tlsOf(values);
    const log = createActivityLog(io, values.json ? formatActivityJson : toText);
    const { buildMock } = await io.load.mock();
    const load = await createLoader(values, io);
    const telemetry: { current: Telemetry | null } = { current: null };
    const onActivity = (activity: Activity) => {
      if (!values.quiet && activity.kind !== 'state') log.add(activity);
      telemetry.current?.onActivity(activity);
    };
    const given: ChatMockOptions = { ...toMockOptions(values), ...(await load()).given };
    const kept =
      values.log === undefined ? null : await keepLog({ path: values.log, sync: values.logSync, options: given }, io);
    const mock = buildMock(
      {
        ...given,
        ...kept?.data,
        control: !values.noControl,
        controlToken: values.controlToken ?? null,
        ...((!values.quiet || values.otel) && { onActivity }),
      },
      kept?.log,
    );
    await kept?.catchUp();
    if (values.otel) {
      const { startTelemetry } = await io.load.telemetry();
      const { version } = packageJson;
      telemetry.current = await startTelemetry({ env: io.env, version, readMetrics: mock.metrics });
    }
    // Watching starts before `ready`, so that no later edit is missed.
    const unwatch = values.watch ? await takeOverEdits(values, { mock, load, io }) : null;
    const where =
      values.listen === undefined ? { port: values.port, host: values.host } : { socketPath: values.listen };
    const listening = mock.listen({ ...where, ...(tls && { tls }), replaceGlobals: true });
    const server = await listening.catch(async (error: unknown) => {
      await unwatch?.();
      throw error;
    });

    const { edition, seed, speed, clock, drainMs } = values;
    // Only users of this machine can open a Unix socket.
    const host = values.listen === undefined ? values.host : 'localhost';
    const readiness: Readiness = {
      ...{ host, edition, seed, speed, clock },
      version: packageJson.version,
      url: server.url,
      socketPath: server.socketPath,
      certificate: server.certificate,
      controlUrl: `${server.url}/__mock`,
      control: controlOf(values),
      isLenient: values.lenient,
      scenarioNames: mock.scenarioNames,
      sessionCount: mock.sessionCount,
      apiKeyCount: values.apiKey.length,
      pid: io.pid,
      runtime: findRuntime(io.versions),
    };
    // Signals are handled before `ready` is printed: a caller may send one right after that line.
    const interrupted = early ?? io.interrupted();
    const forPeople = values.quiet
      ? `${values.listen === undefined ? server.url : `unix:${values.listen}`}\n`
      : formatBanner(readiness, io.paint);
    io.stdout.write(values.json ? formatReady(readiness) : forPeople);
    if (values.open) await openInspector(readiness, io);

    await interrupted;
    await unwatch?.();
    if (values.json && drainMs > 0) io.stdout.write('{"event":"draining"}\n');
    await Promise.race([server.close({ drainMs }), io.pause(drainMs + CLOSE_WITHIN_MS)]);
    if (telemetry.current) await Promise.race([telemetry.current.stop(), io.pause(CLOSE_WITHIN_MS)]);
    io.exitAfter(EXIT_WITHIN_MS, 0);
    log.flush();
    kept?.close(); // To forget everything when it ends is no input.
    // What waits in a log waits for the next start.
    if (!kept) reportUnused(mock.resetAll(), io);
    if (values.json) io.stdout.write('{"event":"stopped"}\n');
    return 0;
  },
});

/** Opens the inspector; where that fails, the server goes on and stderr says what to do. */
async function openInspector(readiness: Readiness, io: Io): Promise<void> {
  if (!hasInspector(readiness)) {
    io.stderr.write('Failed to open the inspector: the control API is off. Start without --no-control.\n');
    return;
  }
  const { openUrl } = await io.load.openUrl();
  await openUrl(`${readiness.controlUrl}/`).catch(({ message }: Error) => io.stderr.write(`${message}\n`));
}

function controlOf({ noControl, controlToken }: ServeValues): Readiness['control'] {
  if (noControl) return 'off';
  return controlToken === undefined ? 'free' : 'token';
}

interface Reloading {
  readonly mock: Pick<ChatMock, 'replaceScenarios' | 'replaceFixtures'>;
  readonly load: Awaited<ReturnType<typeof createLoader>>;
  readonly io: Io;
}

/**
 * Reloads files when they change. An edit takes effect with the next turn; a bad edit is reported, and the last good
 * files stay in use. Returns a function that stops watching.
 */
async function takeOverEdits({ scenarios, fixtures, json }: ServeValues, { mock, load, io }: Reloading) {
  const directories = [scenarios, fixtures].filter((directory) => directory !== undefined);
  if (directories.length === 0)
    throw new ChatMockError(
      'usage',
      'Failed to watch: there is nothing to watch. Name a directory with --scenarios or --fixtures.',
    );
  const say = (event: object, text: string) => io.stdout.write(json ? `${JSON.stringify(event)}\n` : `${text}\n`);
  const reload = async () => {
    try {
      const { own, given } = await load();
      if (own.scenarios && given.scenarios) mock.replaceScenarios(given.scenarios);
      if (own.sessions && given.sessions && given.indexes)
        mock.replaceFixtures({ sessions: given.sessions, indexes: given.indexes });
      say(
        { event: 'reloaded', scenarios: own.scenarios?.length, sessions: own.sessions?.length },
        io.paint('dim', 'Files reloaded.'),
      );
    } catch (error) {
      if (!(error instanceof ChatMockError)) throw error;
      say({ event: 'reload_failed', message: error.message }, `${error.message}\nThe last good files stay in use.`);
    }
  };
  const { watchDirectories } = await io.load.watch();
  return watchDirectories(directories, {
    onChange: oneAtATime(reload),
    onError: ({ message }) => io.stderr.write(`${message}\n`),
  });
}
