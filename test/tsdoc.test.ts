import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAst } from 'rolldown/parseAst';
import { expect, test } from 'vitest';

const source = new URL('../src', import.meta.url).pathname;

/** The names of the exports of a module that no TSDoc comment stands before. */
function undocumented(file: string): string[] {
  const text = readFileSync(join(source, file), 'utf8');
  return parseAst(text, { lang: 'ts' }).body.flatMap((node) => {
    if (node.type !== 'ExportNamedDeclaration' || !node.declaration) return [];
    // A lint suppression may stand between the comment and what it explains.
    const before = text.slice(0, node.start).replace(/\/\/ biome-ignore[^\n]*\n$/, '');
    return before.trimEnd().endsWith('*/')
      ? []
      : [`${file}: ${text.slice(node.start, node.start + 60).split('\n')[0]}`];
  });
}

test('every export has a TSDoc comment', () => {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' });
  const written = files.filter((file) => file.endsWith('.ts') && !file.includes('generated/'));
  expect(written.length).toBeGreaterThan(200);
  expect(written.flatMap(undocumented)).toEqual([]);
});
