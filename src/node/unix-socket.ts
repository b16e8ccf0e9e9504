import { lstat, unlink } from 'node:fs/promises';
import { connect, type Server } from 'node:net';
import { ChatMockError, codeOf } from '../runtime/errors.ts';

/**
 * Binds a server to the path of a Unix socket. A socket that a process left behind is replaced; one that is in use, and
 * any other file, is not. Throws ChatMockError `socket_in_use` or `cannot_listen`.
 */
export async function bindToPath(server: Server, path: string): Promise<void> {
  try {
    await tryToBind(server, path);
  } catch (error) {
    if (!isInUse(error)) throw explain(error, path);
    if (!(await isSocket(path)))
      throw new ChatMockError('cannot_listen', `${failed(path)}: there is a file of this name. Choose another path.`);
    if (await answers(path))
      throw new ChatMockError(
        'socket_in_use',
        `${failed(path)}: another server uses it. Stop it, or choose another path.`,
      );
    await unlink(path);
    await tryToBind(server, path).catch((again: unknown) => {
      throw explain(again, path);
    });
  }
}

function tryToBind(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ path }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function isInUse(error: unknown): boolean {
  return codeOf(error) === 'EADDRINUSE';
}

async function isSocket(path: string): Promise<boolean> {
  const stats = await lstat(path).catch(() => null); // Gone meanwhile, or not to be seen: then it is not ours to replace.
  return stats?.isSocket() ?? false;
}

/** Whether a server takes connections at this path. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    const settle = (isThere: boolean) => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once('connect', () => settle(true));
    // A full backlog is EAGAIN: somebody is there.
    socket.once('error', (error: NodeJS.ErrnoException) => settle(error.code !== 'ECONNREFUSED'));
  });
}

function explain(error: unknown, path: string): ChatMockError {
  const { code, message } = error as NodeJS.ErrnoException; // What a server's `error` event gives.
  // libuv reports a missing directory as EACCES too.
  const reason = code === 'EACCES' ? 'its directory is missing, or this user may not write there' : message;
  return new ChatMockError(
    'cannot_listen',
    `${failed(path)}: ${reason}. Choose a path of at most 100 characters in a directory that you may write to.`,
    { cause: error },
  );
}

function failed(path: string): string {
  return `Failed to listen on unix:${path}`;
}
