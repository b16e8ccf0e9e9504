import { readFileSync } from 'node:fs';
import { writeIfChanged } from './write-if-changed.ts';

const root = new URL('..', import.meta.url);

/** Writes the facts of the wire contract by their anchors, for reports that are read where the document is not. */
export async function writeFacts(header: string): Promise<void> {
  const document = readFileSync(new URL('docs/wire-contract.md', root), 'utf8');
  const facts = Object.fromEntries(
    [...document.matchAll(/^- <a id="([\w-]+)"><\/a>\*\*\w+\*\* · (.+)$/gm)].map(([, anchor = '', text = '']) => [
      anchor,
      text.replaceAll(/\[([^\]]+)\]\([^)]*\)/g, '$1'),
    ]),
  );
  await writeIfChanged(
    new URL('src/contract/generated/facts.ts', root),
    `${header}\nexport const facts: Readonly<Record<string, string>> = ${JSON.stringify(facts, null, 2)};\n`,
  );
}
