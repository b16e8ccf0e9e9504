import type { TrustedCertificate } from '../node/certificate.ts';
import { escapeUnsafe } from '../runtime/escape.ts';
import type { TextStyle } from './io.ts';
import type { OtherRuntime } from './tell-runtime.ts';

/** What the banner says about a ready server. */
export interface Readiness {
  readonly version: string;
  readonly url: string;
  /** The path of a Unix socket, if it listens on one. */
  readonly socketPath: string | null;
  /** With TLS, what a client needs to trust it. */
  readonly certificate: TrustedCertificate | null;
  readonly controlUrl: string;
  readonly host: string;
  /** Who may use the control API (GET health is always open): anybody, holders of the token, or nobody. */
  readonly control: 'free' | 'token' | 'off';
  readonly edition: string;
  readonly seed: number | string;
  readonly speed: number | 'instant';
  readonly clock: string;
  readonly isLenient: boolean;
  readonly scenarioNames: readonly string[];
  readonly sessionCount: number;
  /** Number of accepted keys; 0 accepts any key. The keys themselves are never printed. */
  readonly apiKeyCount: number;
  readonly pid: number;
  /** Null: Node. */
  readonly runtime: OtherRuntime | null;
}

const NAMES_SHOWN = 4;

/** The lines printed at start-up: what to try first among them. */
export function formatBanner(readiness: Readiness, paint: (style: TextStyle, text: string) => string): string {
  const { version, url, socketPath, certificate, controlUrl, host, control, edition, seed, speed, clock, isLenient } =
    readiness;
  const { sessionCount, apiKeyCount, runtime } = readiness;
  const row = (name: string, text: string) => `  ${paint('dim', name.padEnd(9))}  ${text}`;
  const world = [
    edition,
    `seed ${escapeUnsafe(String(seed))}`,
    `speed ${speed}`,
    `clock ${clock}`,
    ...(isLenient ? ['lenient'] : []),
  ];
  const key = apiKeyCount === 0 ? 'anything' : `'one of your --api-key values'`;
  const trustedFile = certificate?.isSelfSigned ? certificate.certFile : null;
  const lines = [
    `${paint('bold', 'chat-mock')} ${version}`,
    row('URL', paint(['bold', 'cyan'], socketPath === null ? url : `unix:${escapeUnsafe(socketPath)}`)),
    // No browser opens a Unix socket.
    ...(socketPath === null && hasInspector({ host, control })
      ? [row('Inspector', `${controlUrl}/ (${control === 'token' ? 'asks for the token' : 'watch and steer it'})`)]
      : []),
    // Only where a browser can open it: a page cannot send the token.
    ...(socketPath === null && control === 'free' && isLoopback(host)
      ? [row('Reference', `${controlUrl}/docs (send requests)`)]
      : []),
    ...(certificate ? [row('TLS', `HTTP/2 and HTTP/1.1 · SHA-256 ${certificate.fingerprint256}`)] : []),
    row('Edition', world.join(' · ')),
    row('Scenarios', summarize(readiness.scenarioNames)),
    row('Sessions', String(sessionCount)),
    row('Keys', apiKeyCount === 0 ? 'any key is accepted' : `${apiKeyCount} configured, all others are refused`),
    ...(runtime ? [row('Runtime', `${runtime.name}: ${runtime.differs}`)] : []),
    ...(isLoopback(host) ? [] : [row('Warning', paint('yellow', warnOfOthers(host, control)))]),
    '',
    '  Try it, or point your client here:',
    `  curl ${socketPath === null ? '' : `--unix-socket ${quoteForShell(socketPath)} `}${trustedFile === null ? '' : `--cacert ${quoteForShell(trustedFile)} `}${url}/api/v1/chat -H 'authorization: Bearer ${apiKeyCount === 0 ? 'any' : '…'}'`,
    ...(socketPath === null ? [`  export LLAMA_CLOUD_BASE_URL=${url} LLAMA_CLOUD_API_KEY=${key}`] : []),
    ...(certificate?.isSelfSigned ? trustLines(certificate) : []),
    '',
    paint('dim', 'Ctrl-C stops.'),
  ];
  return `${lines.join('\n')}\n`;
}

/** The banner as one JSON object, the first line of `--json`. */
export function formatReady(readiness: Readiness): string {
  const { url, socketPath, certificate, controlUrl, edition, seed, scenarioNames, pid, version, runtime } = readiness;
  const event = {
    event: 'ready',
    url,
    ...(socketPath !== null && { socket: socketPath }),
    ...(certificate && { fingerprint256: certificate.fingerprint256, ca: certificate.certFile }),
    control_url: controlUrl,
    edition,
    seed,
    scenarios: scenarioNames.length,
    pid,
    version,
    ...(runtime && { runtime: runtime.name, runtime_differs: runtime.differs }),
  };
  return `${JSON.stringify(event)}\n`;
}

/** How Node and Chromium come to trust a certificate that was made at start. */
function trustLines({ certFile, publicKeySha256 }: TrustedCertificate): readonly string[] {
  const node = certFile === null ? [] : [`  export NODE_EXTRA_CA_CERTS=${quoteForShell(certFile)}`];
  return [...node, `  chromium --ignore-certificate-errors-spki-list=${publicKeySha256}`];
}

function quoteForShell(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${escapeUnsafe(text).replaceAll("'", "'\\''")}'`;
}

function summarize(names: readonly string[]): string {
  if (names.length === 0) return 'none, the generated agent answers';
  const shown = escapeUnsafe(names.slice(0, NAMES_SHOWN).join(', '));
  return `${names.length}: ${shown}${names.length > NAMES_SHOWN ? ', …' : ''}`;
}

function warnOfOthers(host: string, control: Readiness['control']): string {
  const open = `${escapeUnsafe(host)} is open to other machines, not only to this one`;
  return control === 'free' ? `${open}; the control API is off without --control-token` : open;
}

/** Whether the inspector can be opened: not where the control API is off. */
export function hasInspector({ host, control }: Pick<Readiness, 'host' | 'control'>): boolean {
  return control === 'token' || (control === 'free' && isLoopback(host));
}

function isLoopback(host: string): boolean {
  return /^(localhost|.*\.localhost|127(\.\d+){3}|\[?::1\]?)$/i.test(host);
}
