import type { ServerResponse } from 'node:http';

/** Answers in the place of the upstream: its error has the shape that the service's own have. */
export function refuse(outgoing: ServerResponse, status: number, detail: string): void {
  if (outgoing.headersSent || outgoing.destroyed) {
    outgoing.destroy();
    return;
  }
  outgoing.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
  outgoing.end(JSON.stringify({ detail: `chat-mock record: ${detail}` }));
}
