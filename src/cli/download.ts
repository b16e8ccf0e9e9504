import { chooseProxy, type Environment } from '../contract/client/proxy.ts';
import { causeMessageOf } from '../runtime/errors.ts';

const TIMEOUT_MS = 30_000;
/** The most bytes of a document, and of all files it consists of. */
export const LIMIT_BYTES = 32 * 1024 * 1024;

/**
 * Downloads an http(s) URL, through the proxy that the environment names. Throws an error whose message is the reason,
 * as the end of a sentence.
 */
export async function download(url: string, env: Environment): Promise<Uint8Array> {
  const proxy = chooseProxy(new URL(url), env);
  // The default, since a bundler gives a CommonJS module nothing else.
  const { fetch, ProxyAgent, Agent } = (await import('undici')).default;
  const dispatcher = proxy === null ? new Agent() : new ProxyAgent(proxy.url);
  const via = proxy === null ? '' : ` (through the proxy ${proxy.label})`;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS), dispatcher });
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    const parts: Uint8Array[] = [];
    let sizeBytes = 0;
    for await (const bytes of response.body ?? []) {
      sizeBytes += bytes.byteLength;
      if (sizeBytes > LIMIT_BYTES) throw new Error(`it is larger than ${LIMIT_BYTES} bytes`);
      parts.push(bytes);
    }
    return Buffer.concat(parts);
  } catch (error) {
    throw new Error(`${causeMessageOf(error)}${via}`, { cause: error });
  } finally {
    void dispatcher.destroy();
  }
}
