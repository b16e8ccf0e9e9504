import { basename } from 'node:path';
import { writeBody } from '../../contract/record/recording.ts';
import type { Imported, ImportSource } from './source.ts';

/** Reads the saved body of a stream. Who asked for it, and when it came, cannot be known. */
export function importSse({ file, bytes }: ImportSource): Imported {
  const body = Buffer.from(bytes);
  return {
    target: null,
    notes: [
      `${file}: a saved body has no request and no times: its scenario is asked for by its name, and takes the default pace.`,
    ],
    exchanges: [
      {
        flow: basename(file).replace(/\.\w+$/, ''),
        start_ms: 0,
        request: { method: 'POST', target: '/api/v1/chat/unknown/messages/stream', headers: [], body: null },
        response: {
          ...{ status: 200, headers: [['content-type', 'text/event-stream; charset=utf-8']], headers_ms: 0 },
          ...{ body: writeBody(body), chunks: [[0, body.length]], has_no_times: true },
        },
        ...{ ending: 'complete', end_ms: 0, reason: null, retries: 0, is_broken: false },
      },
    ],
  };
}
