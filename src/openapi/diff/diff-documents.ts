import { ChatMockError } from '../../runtime/errors.ts';
import { at, isObject, type Json } from '../json.ts';
import { type Change, collectChanges } from './changes.ts';
import { compareOperation } from './compare-operation.ts';
import { compareTexts } from './compare-texts.ts';
import { isEqual } from './is-same.ts';
import type { Direction } from './kinds.ts';
import { child, type Side } from './located.ts';
import { listOperations } from './operations.ts';
import { report, startUse, type Walk } from './walk.ts';

/** The changes between two documents. */
export interface Difference {
  /** Breaking ones first, then by their order in the documents. */
  readonly changes: readonly Change[];
  /** What could not be compared, and why. */
  readonly notes: readonly string[];
}

/** What changed between two OpenAPI 3 documents, for the clients of the first. */
export function diffDocuments(before: unknown, after: unknown): Difference {
  const sides = { before: toSide(before, 'first'), after: toSide(after, 'second') };
  const groups: Walk['groups'] = new Map();
  const start = (use: string, direction: Direction | null) => startUse({ ...sides, groups }, use, direction);
  compareHeads(start('', null));
  const operations = { before: listOperations(sides.before), after: listOperations(sides.after) };
  for (const [key, one] of operations.before) {
    const other = operations.after.get(key);
    if (!other) {
      report(start(one.name, null), 'operation-removed', { place: one.place });
      continue;
    }
    compareOperation(start(other.name, null), { before: one, after: other }, (part, direction) =>
      start(`${other.name} ${part}`, direction),
    );
  }
  for (const [key, { name, place }] of operations.after)
    if (!operations.before.has(key)) report(start(name, null), 'operation-added', { place });
  return {
    changes: collectChanges(groups.values(), sides),
    notes: [...new Set([...sides.before.notes, ...sides.after.notes])],
  };
}

/** Why a value is no OpenAPI 3 document; null: it is one. */
export function explainNoOpenApi(value: unknown): string | null {
  const version = at(value, 'openapi');
  if (typeof version === 'string' && /^3\./.test(version)) return null;
  const found = at(value, 'swagger') === undefined ? 'it does not begin with "openapi: 3…"' : 'it is of Swagger 2';
  return `this is no OpenAPI 3 document: ${found}; give one of OpenAPI 3.0, 3.1 or 3.2`;
}

function toSide(document: unknown, which: string): Side {
  const reason = explainNoOpenApi(document);
  if (reason !== null || !isObject(document))
    throw new ChatMockError('not_openapi', `Failed to compare: of the ${which} document, ${reason}.`);
  return {
    document,
    hasBareReferences: String(document['openapi']).startsWith('3.0'),
    notes: new Set(),
    shapes: new Map(),
  };
}

/** What stands beside the operations. */
function compareHeads(walk: Walk): void {
  const roots = {
    before: { names: [], value: walk.before.document },
    after: { names: [], value: walk.after.document },
  } as const;
  const values = (name: string) => ({
    before: at(roots.before.value, name),
    after: at(roots.after.value, name),
  });
  const versions = values('openapi');
  if (versions.before !== versions.after)
    report(walk, 'specification-changed', { place: child(roots.after, 'openapi'), ...versions });
  compareTexts(walk, { before: child(roots.before, 'info'), after: child(roots.after, 'info') });
  compareTexts(walk, roots);
  const servers = values('servers');
  const urls = (value: Json | undefined) =>
    Array.isArray(value) ? value.map((server: Json) => at(server, 'url')) : [];
  const changed = { before: urls(servers.before) as Json, after: urls(servers.after) as Json };
  if (!isEqual(changed.before, changed.after))
    report(walk, 'servers-changed', { place: child(roots.after, 'servers'), ...changed });
}
