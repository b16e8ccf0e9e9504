import { readBaseUrl } from '../contract/client/base-url.ts';
import { chooseProxy, type Environment } from '../contract/client/proxy.ts';
import { findOperation } from '../contract/record/find-operation.ts';
import { type RecordedExchange, writeBody } from '../contract/record/recording.ts';
import { fits } from '../contract/verdict/select-checks.ts';
import { type Timer, wallTimer } from '../runtime/timer.ts';
import { formatMicros, wallMicros } from '../runtime/timestamp.ts';
import { createExchangeRedactor, type Hidden, noneHidden } from './exchange-redactor.ts';
import type { Begun } from './proxy/pass-on.ts';
import { defaultProxyLimits, type ProxyLimits } from './proxy/proxy-limits.ts';
import { type ListenerCertificate, type RecordingProxy, startProxy } from './proxy/start-proxy.ts';
import { createRecordingFile } from './recording-file.ts';

/** What is recorded, and where. */
export interface RecordOptions {
  /** The base URL of the real service. */
  readonly upstream: string;
  /** The file of the recording. */
  readonly file: string;
  readonly port: number;
  readonly host: string;
  /** Names whose values are hidden in addition to those that look secret. */
  readonly redact: readonly string[];
  /** Replaces what people wrote by pseudonyms. */
  readonly redactPrompts?: boolean;
  /** Globs of the paths that are recorded; none records all. */
  readonly only: readonly string[];
  /** Whether a recording that is there is replaced. */
  readonly replaces: boolean;
  /** Makes the proxy listen with HTTPS. */
  readonly certificate?: ListenerCertificate;
  readonly limits?: Partial<ProxyLimits>;
  /** Where HTTP_PROXY and its like are looked for. */
  readonly env: Environment;
  readonly timer?: Timer;
  /** Called for each exchange that stands in the file. */
  readonly onExchange?: (exchange: RecordedExchange, hidden: Hidden) => void;
  /** Called once with the first reason why the file cannot be written; what comes is passed on all the same. */
  readonly onError?: (error: Error) => void;
}

/** A recording that is being made. */
export interface Recording extends Pick<RecordingProxy, 'url'> {
  /** Stops the proxy and closes the file; resolves with what it holds. */
  close(): Promise<{ readonly exchanges: number; readonly hidden: Hidden }>;
}

/**
 * Records the traffic between clients and the real service: starts a proxy on this machine that passes everything on,
 * and appends each exchange to a file when it is over, without its secrets.
 */
export async function startRecording(options: RecordOptions): Promise<Recording> {
  const { timer = wallTimer } = options;
  const upstream = readBaseUrl(options.upstream, {
    command: 'record',
    keyAdvice: 'Clients send their own key through the proxy.',
  });
  const limits = { ...defaultProxyLimits, ...options.limits };
  const through = chooseProxy(upstream, options.env);
  const redactor = createExchangeRedactor(options);
  const file = await createRecordingFile(options.file, {
    header: {
      made_by: 'record',
      target: upstream.href.replace(/\/+$/, ''),
      started_at: formatMicros(wallMicros(), 'utc_milliseconds'),
    },
    replaces: options.replaces,
  });
  const startMs = timer.now();
  let [ids, written] = [0, 0];
  const hidden = noneHidden();
  let failure: Error | null = null;
  const append = (line: Parameters<typeof file.append>[0]) =>
    file.append(line).catch((error: Error) => {
      if (failure) return;
      failure = error;
      options.onError?.(error);
    });
  const toExchange = (begun: Begun, id: number): RecordedExchange => {
    const { method, target, headers, body } = begun;
    const found = findOperation(begun);
    return {
      ...{ id, number: id, flow: null, role: null },
      ...{ operation: found?.operation ?? null, session_id: found?.sessionId ?? null },
      start_ms: Math.max(0, begun.startMs - startMs),
      request: {
        ...{ method, target, headers: headers.map(([name, value]): [string, string] => [name, value]) },
        body: body && writeBody(body),
      },
      ...{ response: null, ending: 'we_left', end_ms: 0, reason: null, retries: 0, is_broken: false },
    };
  };
  const proxy = await startProxy(
    {
      ...{ upstream, through, timer, limits },
      begin: (begun) => {
        const path = begun.target.replace(/\?.*$/s, '');
        if (options.only.length > 0 && !options.only.some((glob) => fits(glob, path))) return null;
        ids += 1;
        const exchange = toExchange(begun, ids);
        const { method, target } = redactor.conceal(exchange).exchange.request;
        void append({ open: { id: exchange.id, start_ms: exchange.start_ms, method, target } });
        return async (finished) => {
          const shown = redactor.conceal({ ...exchange, ...finished });
          await append({ exchange: shown.exchange });
          written += 1;
          hidden.add(shown.hidden);
          options.onExchange?.(shown.exchange, shown.hidden);
        };
      },
      isBehind: () => file.waitingBytes > limits.waitingBytes,
    },
    options,
  ).catch(async (error: unknown) => {
    await file.close();
    throw error;
  });
  return {
    url: proxy.url,
    close: async () => {
      await proxy.close();
      await file.close();
      return { exchanges: written, hidden: hidden.total };
    },
  };
}
