import { createHash } from 'node:crypto';
import type { Hash } from '../world/stream-record.ts';

/** SHA-256 of bytes that come piece by piece. */
export function createSha256(): Hash {
  const hash = createHash('sha256');
  return {
    update: (bytes) => hash.update(bytes),
    // A digest ends a hash, so take it from a copy.
    hex: () => hash.copy().digest('hex'),
  };
}
