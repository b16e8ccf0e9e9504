import { resolve } from 'node:path';
import { editions } from '../api/editions.ts';
import type { SpecVersion } from '../openapi/spec-versions.ts';
import { ChatMockError, FileProblemsError } from '../runtime/errors.ts';
import type { Io } from './io.ts';
import { decodeFile, readBytes } from './read-text.ts';
import { quote } from './text.ts';

const TIMEOUT_MS = 30_000;
const advice = `Give a file, an http(s) URL or an edition (${editions.join(', ')}).`;
const LIMIT_BYTES = 32 * 1024 * 1024;

/** An OpenAPI document and its name in reports. */
export interface NamedDocument {
  readonly name: string;
  readonly document: unknown;
}

/** Reads a document by edition, URL or path, in YAML or JSON. */
export async function readOpenApi(
  source: string,
  { io, spec }: { readonly io: Io; readonly spec: SpecVersion },
): Promise<NamedDocument> {
  const edition = editions.find((one) => one === source);
  if (edition !== undefined) {
    const { buildDocument } = await io.load.openapi();
    return { name: `edition ${edition}`, document: buildDocument({ edition, spec }) };
  }
  const bytes = /^https?:\/\//i.test(source)
    ? await download(source)
    : readBytes(resolve(io.cwd, source), { thing: quote(source), advice });
  const text = decodeFile(bytes, { file: source, thing: 'the OpenAPI document' });
  const { parseOpenApi } = await io.load.openapiDiff();
  const reading = parseOpenApi({ file: source, text });
  if ('problems' in reading) throw new FileProblemsError('the OpenAPI document', reading.problems);
  return { name: source, document: reading.value };
}

async function download(url: string): Promise<Uint8Array> {
  const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) }).catch((error: unknown) => {
    throw problem(url, reasonOf(error), error);
  });
  if (!response.ok) throw problem(url, `the server answered ${response.status}`);
  const parts: Uint8Array[] = [];
  let sizeBytes = 0;
  try {
    for await (const bytes of response.body ?? []) {
      sizeBytes += bytes.byteLength;
      if (sizeBytes > LIMIT_BYTES) throw problem(url, `it is larger than ${LIMIT_BYTES} bytes`);
      parts.push(bytes);
    }
  } catch (error) {
    throw error instanceof ChatMockError ? error : problem(url, reasonOf(error), error);
  }
  return Buffer.concat(parts);
}

function problem(source: string, reason: string, cause?: unknown): ChatMockError {
  return new ChatMockError('input', `Failed to read ${quote(source)}: ${reason}. ${advice}`, { cause });
}

/** The error of `fetch` only says that it failed; the reason is in its cause. */
function reasonOf(error: unknown): string {
  const { cause } = error as { readonly cause?: unknown };
  const told = cause instanceof Error && cause.message !== '' ? cause : error;
  return told instanceof Error ? told.message : String(told);
}
