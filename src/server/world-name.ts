import type { IncomingRequest } from './request.ts';

/** The world a request names with X-Test-Id; null is the default one. */
export function worldName(request: IncomingRequest): string | null {
  return request.header('x-test-id')?.trim() || null;
}
