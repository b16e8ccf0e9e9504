import { readFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { RecordedExchange, RecordingLine } from '../../src/contract/record/recording.ts';
import { type RecordOptions, startRecording } from '../../src/record/record.ts';
import { temporaryDirectory } from '../cli/support/temporary-directory.ts';

/** A recorder in front of a server. */
export interface Recorder {
  readonly url: string;
  readonly port: number;
  readonly file: string;
  /** Stops it, and returns the exchanges of its file in the order in which they began. */
  stop(): Promise<readonly RecordedExchange[]>;
}

/** Starts a recorder on a free port. */
export async function startRecorder(upstream: string, options: Partial<RecordOptions> = {}): Promise<Recorder> {
  const file = join(temporaryDirectory(), 'recording.ndjson');
  const recording = await startRecording({
    ...{ upstream, file, port: 0, host: '127.0.0.1', redact: [], only: [], replaces: false, env: {} },
    ...options,
  });
  let closed: Promise<unknown> | null = null;
  const close = () => {
    closed ??= recording.close();
    return closed;
  };
  onTestFinished(async () => void (await close()));
  return {
    url: recording.url,
    port: Number(new URL(recording.url).port),
    file,
    stop: async () => {
      await close();
      return readExchanges(readFileSync(file, 'utf8'));
    },
  };
}

/** The exchanges of a recording by their numbers. */
function readExchanges(text: string): RecordedExchange[] {
  const lines = text
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => JSON.parse(line) as RecordingLine); // What the recorder has written.
  return lines.flatMap((line) => ('exchange' in line ? [line.exchange] : [])).toSorted((a, b) => a.id - b.id);
}

/** A server that answers every request with these bytes and calls back; by hand, so that each byte is as it is written. */
export async function startRawServer(
  answer: (socket: Socket, request: string) => void,
): Promise<{ readonly url: string; readonly port: number }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let request = '';
    socket.on('error', () => {});
    socket.on('data', (piece) => {
      request += piece.toString('latin1');
      const length = Number(/content-length: (\d+)/i.exec(request)?.[1] ?? 0);
      const end = request.indexOf('\r\n\r\n');
      if (end === -1 || request.length < end + 4 + length) return;
      const whole = request;
      request = '';
      answer(socket, whole);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return { url: `http://127.0.0.1:${port}`, port };
}
