import { ChatMockError } from '../../runtime/errors.ts';
import { checkDepth, TOO_DEEP } from '../../runtime/nesting.ts';
import { at, isObject, type Json, type JsonObject } from '../json.ts';
import { type Change, collectChanges } from './changes.ts';
import { compareKeywords } from './compare-descriptions.ts';
import { compareOperations, type Start } from './compare-operation.ts';
import { compareSchemas } from './compare-schemas.ts';
import { compareServers } from './compare-servers.ts';
import { compareUnused } from './compare-unused.ts';
import { child } from './located.ts';
import { listOperations } from './operations.ts';
import { createSide, type DocumentFiles } from './side.ts';
import { createLedger, report, startUse, type Walk } from './walk.ts';

/** The changes between two documents. */
export interface Difference {
  /** Breaking ones first, then by their order in the documents. */
  readonly changes: readonly Change[];
  /** What could not be compared, and why. */
  readonly notes: readonly string[];
  /** Oddities of the documents, such as two equal path templates, and how they were read. */
  readonly remarks: readonly string[];
}

/**
 * What changed between two OpenAPI 3 documents, for the clients of the first.
 *
 * @example
 * const { changes } = diffDocuments(before, after);
 * if (changes.some(({ severity }) => severity === 'breaking')) process.exitCode = 1;
 */
export function diffDocuments(before: unknown, after: unknown): Difference {
  return diffFiles(toFiles(before, 'first'), toFiles(after, 'second'));
}

/** Compares two documents of several files each. */
export function diffFiles(before: DocumentFiles, after: DocumentFiles): Difference {
  const sides = { before: createSide(before), after: createSide(after) };
  const walk: Omit<Walk, 'group' | 'direction'> = {
    ...sides,
    rule: null,
    writing: 'json',
    ledger: createLedger({ compareSchemas }),
  };
  const start: Start = (use, direction) => startUse(walk, use, direction);
  const head = start('', null);
  compareHeads(head);
  const pairs = compareOperations(start, 'request', {
    before: listOperations(sides.before),
    after: listOperations(sides.after),
  });
  compareServers(start, pairs);
  compareUnused(head);
  const all = (name: 'notes' | 'remarks') => [...new Set([...sides.before[name], ...sides.after[name]])];
  return { changes: collectChanges(walk.ledger.groups), notes: all('notes'), remarks: all('remarks') };
}

/** Returns why a value is not an OpenAPI 3 document; null if it is one. */
export function explainNoOpenApi(value: unknown): string | null {
  const version = at(value, 'openapi');
  if (typeof version === 'string' && /^3\./.test(version)) return null;
  const found = at(value, 'swagger') === undefined ? 'it does not begin with "openapi: 3…"' : 'it is of Swagger 2';
  return `this is not an OpenAPI 3 document: ${found}; give one of OpenAPI 3.0, 3.1 or 3.2`;
}

function toFiles(document: unknown, which: string): DocumentFiles {
  const reason = explainNoOpenApi(document);
  if (reason !== null || !isObject(document))
    throw new ChatMockError('not_openapi', `Failed to compare: of the ${which} document, ${reason}.`);
  if (checkDepth(document).length > 0)
    throw new ChatMockError('not_openapi', `Failed to compare: the ${which} document ${TOO_DEEP}.`);
  return { url: 'document:///', document, files: new Map(), unread: new Map() };
}

/** Compares the parts of a document outside of its operations. */
function compareHeads(walk: Walk): void {
  const roots = { before: walk.before.root, after: walk.after.root };
  const versions = { before: version(walk.before.document), after: version(walk.after.document) };
  if (versions.before !== versions.after)
    report(walk, 'specification-changed', { place: child(roots.after, 'openapi'), ...versions });
  compareKeywords(walk, 'document', roots);
  for (const [name, kind] of [
    ['info', 'info'],
    ['components', 'components'],
  ] as const)
    compareKeywords(walk, kind, { before: child(roots.before, name), after: child(roots.after, name) });
}

function version(document: JsonObject): Json | undefined {
  return document['openapi'];
}
