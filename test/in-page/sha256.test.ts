import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSha256 } from '../../src/browser/sha256.ts';
import { runs } from '../support/runs.ts';

test('a hash is that of Node, whatever pieces the bytes come in, and however often it is read', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 6 }), (pieces) => {
      const [own, theirs] = [createSha256(), createHash('sha256')];
      for (const piece of pieces) {
        own.update(piece);
        theirs.update(piece);
        expect(own.hex()).toBe(theirs.copy().digest('hex'));
      }
      expect(own.hex()).toBe(theirs.digest('hex'));
    }),
    { numRuns: runs(100) },
  );
});
