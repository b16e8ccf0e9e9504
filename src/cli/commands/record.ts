import { join } from 'node:path';
import type { RecordedExchange } from '../../contract/record/recording.ts';
import type { UsedCertificate } from '../../node/certificate.ts';
import type { Hidden } from '../../record/index.ts';
import { ChatMockError, messageOf } from '../../runtime/errors.ts';
import { escapeUnsafe } from '../../runtime/escape.ts';
import { shortenMiddle } from '../../runtime/shorten.ts';
import { formatDuration } from '../activity-log.ts';
import { defineCommand } from '../command.ts';
import type { Io, TextStyle } from '../io.ts';
import { formatHidden, formatMock, RECORDING_FILE, replacedOf } from '../made-mock.ts';
import { anyText } from '../value-types.ts';
import { config, host, port, recordingOptions } from './shared-options.ts';
import { plainTlsOptions, tlsOf } from './tls-options.ts';

const PATH_WIDTH = { characters: 48, tail: 20 };

/** Records real traffic through a proxy. */
export const record = defineCommand({
  name: 'record',
  summary: 'Record the traffic of a real service through a proxy.',
  examples: [
    'chat-mock record https://api.cloud.llamaindex.ai --out recorded',
    'chat-mock record http://127.0.0.1:8000 --out recorded --redact team_id',
  ],
  options: {
    upstream: {
      kind: 'single',
      type: anyText('UPSTREAM'),
      default: undefined,
      summary: 'Base URL of the service to record.',
    },
    ...recordingOptions,
    port,
    host,
    ...plainTlsOptions,
    only: { kind: 'repeatable', type: anyText('GLOB'), summary: 'Record only these paths; the others are passed on.' },
    json: { kind: 'switch', summary: 'Print one JSON object per line instead of text.' },
    config,
  },
  groups: {
    Listen: ['port', 'host', 'tls', 'tlsCert', 'tlsKey'],
    Recording: ['out', 'only', 'redact', 'redactPrompts', 'force'],
    Output: ['json'],
  },
  positional: 'upstream',
  async run(values, io) {
    const { upstream, out, port, host, only, redact, redactPrompts, force, json } = values;
    const tls = tlsOf(values);
    if (upstream === undefined)
      throw missing(
        'there is no service. Name its base URL, as in chat-mock record https://staging.example --out recorded',
      );
    if (out === undefined) throw missing('there is no directory to write to. Name one with --out DIR');
    const file = join(out, RECORDING_FILE);
    const say = (event: object, text: string) =>
      io.stdout.write(`${json ? escapeUnsafe(JSON.stringify(event)) : text}\n`);
    const { startRecording, makeMock } = await io.load.record();
    const certificate =
      tls &&
      (await io.load.certificate()).useCertificate(tls, {
        host,
        onError: (error) => io.stderr.write(`${messageOf(error)}\n`),
      });
    const recording = await startRecording({
      ...{ upstream, file, port, host, only, redact, redactPrompts, replaces: force, env: io.env },
      ...(certificate && { certificate }),
      onExchange: (exchange, hidden) =>
        say(
          { ...toEvent(exchange, hidden), ...replacedOf(hidden, redactPrompts) },
          formatExchange(exchange, { io, hidden }),
        ),
      onError: ({ message }) => io.stderr.write(`${message}\nTraffic is passed on, and no longer recorded.\n`),
    });
    // Signals are handled before `ready` is printed: a caller may send one right after that line.
    const interrupted = io.interrupted();
    say(
      {
        ...{ event: 'ready', url: recording.url, upstream, file, pid: io.pid },
        ...(certificate && { fingerprint256: certificate.trust.fingerprint256, ca: certificate.trust.certFile }),
      },
      formatReady({ url: recording.url, upstream, file, ca: caOf(certificate) }, io),
    );
    await interrupted;
    const { exchanges, hidden } = await recording.close();
    const made = await makeMock(file);
    for (const note of made.notes) io.stderr.write(`${escapeUnsafe(note)}\n`);
    say(
      {
        event: 'stopped',
        exchanges,
        hidden: hidden.secrets,
        ...replacedOf(hidden, redactPrompts),
        scenarios: made.scenarios,
        sessions: made.sessions,
      },
      `Recorded ${exchanges} exchanges, ${formatHidden(hidden, redactPrompts)}, in ${file}\n${formatMock(made, out)}`,
    );
    return 0;
  },
});

function missing(reason: string): ChatMockError {
  return new ChatMockError('usage', `Failed to record: ${reason}.`);
}

function formatReady(
  {
    url,
    upstream,
    file,
    ca,
  }: {
    readonly url: string;
    readonly upstream: string;
    readonly file: string;
    readonly ca: string | null;
  },
  { paint }: Io,
): string {
  return [
    `${paint('bold', 'Recording')} ${paint(['bold', 'cyan'], url)} → ${escapeUnsafe(upstream)}`,
    `  into ${escapeUnsafe(file)}`,
    '  Point your client here:',
    `  export LLAMA_CLOUD_BASE_URL=${url}`,
    ...(ca === null ? [] : [`  export NODE_EXTRA_CA_CERTS=${escapeUnsafe(ca)}`]),
    '',
    paint('dim', 'Ctrl-C stops.'),
  ].join('\n');
}

/** The file that clients must trust: that of a certificate that no authority has signed. */
function caOf(certificate: UsedCertificate | undefined): string | null {
  return certificate?.trust.isSelfSigned ? certificate.trust.certFile : null;
}

function toEvent({ id, request, response, end_ms, ending }: RecordedExchange, { secrets }: Hidden) {
  return {
    ...{
      event: 'exchange',
      id,
      method: request.method,
      path: pathOf(request.target),
      status: response?.status ?? null,
    },
    ...{ duration_ms: Math.round(end_ms * 1000) / 1000, chunks: response?.chunks.length ?? 0 },
    ...{ bytes: sizeOf(response), ending, hidden: secrets },
  };
}

function formatExchange(
  { request, response, end_ms, ending }: RecordedExchange,
  { io, hidden }: { readonly io: Io; readonly hidden: Hidden },
): string {
  const shown = shortenMiddle(escapeUnsafe(pathOf(request.target)), PATH_WIDTH);
  const details = [
    ...(response ? [`${response.chunks.length} chunks, ${sizeOf(response)} bytes`] : []),
    ...(ending === 'complete' ? [] : [ending.replaceAll('_', ' ')]),
    ...(hidden.secrets > 0 ? [`${hidden.secrets} hidden`] : []),
    ...(hidden.texts > 0 ? [`${hidden.texts} replaced`] : []),
  ].join(', ');
  const status = io.paint(styleOf(response?.status ?? 0), String(response?.status ?? '---'));
  return `${escapeUnsafe(request.method).padEnd(6)} ${shown.padEnd(PATH_WIDTH.characters)}  ${status}  ${formatDuration(end_ms).padStart(7)}  ${io.paint('dim', details)}`;
}

function styleOf(status: number): TextStyle {
  if (status === 0) return 'yellow';
  return status >= 500 ? ['bold', 'red'] : status >= 400 ? 'yellow' : 'green';
}

/** A query may hold what nobody has called a secret. */
function pathOf(target: string): string {
  return target.split('?', 1)[0] ?? target;
}

function sizeOf(response: RecordedExchange['response']): number {
  return response?.chunks.reduce((sum, [, sizeBytes]) => sum + sizeBytes, 0) ?? 0;
}
