import { connect } from 'node:net';

/** What came over a connection of its own, and how it ended: `left` means that we went away. */
export interface RawExchange {
  readonly head: string;
  readonly status: number | null;
  /** The pieces of a chunked body, whole or not, without the last, empty one; else the body in one. */
  readonly chunks: readonly Buffer[];
  readonly body: Buffer;
  readonly end: 'complete' | 'FIN' | 'left' | string;
}

interface RawOptions {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Leave as soon as so many bytes of the body are here. */
  readonly leaveAfterBytes?: number | null;
  /** Leave as soon as this is true of the body so far. */
  readonly leavesAt?: (body: Buffer) => boolean;
  readonly signal?: AbortSignal;
  /** Called after each read; the next one comes when it is settled. */
  readonly afterRead?: () => Promise<unknown>;
}

/** One request by hand on a socket: nothing between us and the bytes. */
export async function exchange(
  { port }: { readonly port: number },
  { method = 'POST', path, headers = {}, body, leaveAfterBytes = null, leavesAt, signal, afterRead }: RawOptions,
): Promise<RawExchange> {
  const json = body === undefined ? '' : JSON.stringify(body);
  const all = {
    host: `127.0.0.1:${port}`,
    authorization: 'Bearer test',
    connection: 'close',
    ...(body !== undefined && { 'content-type': 'application/json' }),
    'content-length': String(Buffer.byteLength(json)),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const socket = connect(port, '127.0.0.1');
  const leave = () => void socket.destroy();
  signal?.addEventListener('abort', leave, { once: true });
  const reads: Buffer[] = [];
  let end = 'FIN';
  try {
    socket.write(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${json}`);
    for await (const read of socket) {
      reads.push(read);
      await afterRead?.();
      if (leaveAfterBytes === null && !leavesAt) continue;
      const { head, body } = parse(Buffer.concat(reads));
      const isOver = leavesAt ? leavesAt(body) : body.length >= (leaveAfterBytes ?? 0);
      if (head === '' || !isOver) continue;
      end = 'left';
      break;
    }
  } catch (error) {
    end = signal?.aborted ? 'left' : ((error as NodeJS.ErrnoException).code ?? String(error));
  }
  if (signal?.aborted) end = 'left';
  const { isComplete, ...parsed } = parse(Buffer.concat(reads));
  return { ...parsed, end: isComplete && end === 'FIN' ? 'complete' : end };
}

function parse(bytes: Buffer): Omit<RawExchange, 'end'> & { readonly isComplete: boolean } {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd === -1) return { head: '', status: null, chunks: [], body: bytes, isComplete: false };
  const head = bytes.toString('latin1', 0, headEnd);
  const rest = bytes.subarray(headEnd + 4);
  const status = Number(head.split(' ')[1]);
  const length = /^content-length: (\d+)$/im.exec(head)?.[1];
  if (!/^transfer-encoding: chunked$/im.test(head))
    return { head, status, chunks: [rest], body: rest, isComplete: rest.length === Number(length ?? 0) };
  const { chunks, isComplete } = readChunks(rest);
  return { head, status, chunks, body: Buffer.concat(chunks), isComplete };
}

function readChunks(bytes: Buffer): { readonly chunks: Buffer[]; readonly isComplete: boolean } {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd === -1) break;
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    if (size === 0) return { chunks, isComplete: bytes.toString('latin1', at) === '0\r\n\r\n' };
    chunks.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
  return { chunks, isComplete: false };
}
