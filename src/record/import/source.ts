import type { RecordedExchange } from '../../contract/record/recording.ts';

/** A file to import. */
export interface ImportSource {
  /** For messages. */
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** An exchange before it has its number in the recording. */
export type ImportedExchange = Omit<RecordedExchange, 'id' | 'number' | 'operation' | 'session_id' | 'role'>;

/** What a file holds. */
export interface Imported {
  readonly exchanges: readonly ImportedExchange[];
  /** The base URL of the server, where the file names it. */
  readonly target: string | null;
  /** What cannot be known, a sentence each. */
  readonly notes: readonly string[];
}

/** The target of a request below the base URL of the service, whatever path a gateway has put before it. */
export function toTarget(url: string): { readonly base: string; readonly target: string } | null {
  if (!URL.canParse(url)) return null;
  const { origin, pathname, search } = new URL(url);
  const at = pathname.indexOf('/api/v1/');
  return at === -1 ? null : { base: origin + pathname.slice(0, at), target: pathname.slice(at) + search };
}
