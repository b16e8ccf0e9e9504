import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { editions } from '../api/editions.ts';
import type { DocumentFiles } from '../openapi/diff/index.ts';
import type { SpecVersion } from '../openapi/spec-versions.ts';
import { ChatMockError, FileProblemsError, messageOf } from '../runtime/errors.ts';
import { download, LIMIT_BYTES } from './download.ts';
import type { Io } from './io.ts';
import { readReferences } from './read-references.ts';
import { decodeFile, readBytes } from './read-text.ts';
import { quote } from './text.ts';

const advice = `Give a file, an http(s) URL, - for standard input, or an edition (${editions.join(', ')}).`;
const WHAT = 'the OpenAPI document';

/** An OpenAPI document with the files it refers to, and its name in reports. */
export interface NamedDocument {
  readonly name: string;
  readonly files: DocumentFiles;
}

/** How a document is read. */
export interface ReadingOptions {
  readonly io: Io;
  /** The version of the OpenAPI specification in which an edition is built. */
  readonly spec: SpecVersion;
  /** Whether references to other URLs are followed. */
  readonly followsUrls: boolean;
}

/** Reads a document by edition, URL or path, or from standard input (`-`), in YAML or JSON. */
export async function readOpenApi(source: string, { io, spec, followsUrls }: ReadingOptions): Promise<NamedDocument> {
  const edition = editions.find((one) => one === source);
  const none = { files: new Map(), unread: new Map() };
  if (edition !== undefined) {
    const { buildDocument } = await io.load.openapi();
    return {
      name: `edition ${edition}`,
      files: { url: 'edition:///', document: buildDocument({ edition, spec }), ...none },
    };
  }
  const name = source === '-' ? 'standard input' : source;
  const { bytes, url } = await open(source, io);
  const { parseOpenApi } = await io.load.openapiDiff();
  const reading = parseOpenApi({ file: name, text: decodeFile(bytes, { file: name, thing: WHAT }) });
  if ('problems' in reading) throw new FileProblemsError(WHAT, reading.problems);
  return { name, files: await readReferences({ url, document: reading.value, ...none }, { io, followsUrls }) };
}

/** The bytes of a document, and the address that its references are relative to. */
async function open(source: string, io: Io): Promise<{ readonly bytes: Uint8Array; readonly url: string }> {
  if (source === '-')
    return {
      bytes: await io.readStdin(LIMIT_BYTES).catch(refuse('standard input')),
      url: pathToFileURL(resolve(io.cwd, '-')).href,
    };
  if (/^https?:\/\//i.test(source)) {
    if (!URL.canParse(source)) throw refusal(quote(source), 'it is not a URL');
    return { bytes: await download(source, io.env).catch(refuse(quote(source))), url: new URL(source).href };
  }
  const path = resolve(io.cwd, source);
  return { bytes: readBytes(path, { thing: quote(source), advice }), url: pathToFileURL(path).href };
}

function refuse(thing: string): (error: unknown) => never {
  return (error) => {
    throw error instanceof ChatMockError ? error : refusal(thing, messageOf(error), error);
  };
}

function refusal(thing: string, reason: string, cause?: unknown): ChatMockError {
  return new ChatMockError('input', `Failed to read ${thing}: ${reason}. ${advice}`, { cause });
}
