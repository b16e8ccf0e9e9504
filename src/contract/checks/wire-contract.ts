import { existsSync } from 'node:fs';

const path = 'docs/wire-contract.md';

/**
 * Cites a fact of the wire contract by its anchor. The path starts at the package, which has the document: there is no
 * public address yet.
 */
export function wireContract(anchor: string): string {
  return `${path}#${anchor}`;
}

/** From this module to the package: as it lies in src and in dist, and bundled in dist/bin. */
const roots = ['../../../', '../../'].map((up) => new URL(up, import.meta.url));

/** Makes a citation absolute, so that it can be opened: the URL of the document that is installed with this package. */
export function toAbsoluteSource(source: string): string {
  if (!source.startsWith(`${path}#`)) return source;
  const root = roots.find((one) => existsSync(new URL(path, one)));
  return root ? new URL(source, root).href : source;
}
