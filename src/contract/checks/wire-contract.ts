/**
 * Cites a fact of the wire contract by its anchor. The path starts at the package, which has the document: there is no
 * public address yet.
 */
export function wireContract(anchor: string): string {
  return `docs/wire-contract.md#${anchor}`;
}
