import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseAst } from 'rolldown/parseAst';
import { expect, test } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };

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

/** Public functions, each with the comment before it: what a module declares or passes on, by name. */
function publicFunctions(file: string): { readonly name: string; readonly comment: string }[] {
  const text = readFileSync(join(source, file), 'utf8');
  return parseAst(text, { lang: 'ts' }).body.flatMap((node) => {
    if (node.type === 'ExportAllDeclaration') return publicFunctions(join(dirname(file), node.source.value));
    if (node.type !== 'ExportNamedDeclaration' || node.exportKind === 'type') return [];
    if (node.source) {
      const passedOn = new Set(
        node.specifiers.flatMap(({ local, exportKind }) =>
          exportKind !== 'type' && local.type === 'Identifier' ? [local.name] : [],
        ),
      );
      return publicFunctions(join(dirname(file), node.source.value)).filter(({ name }) => passedOn.has(name));
    }
    const { declaration } = node;
    const comment = /\/\*\*(?:(?!\*\/).)*\*\/\s*$/s.exec(text.slice(0, node.start))?.[0] ?? '';
    if (declaration?.type === 'FunctionDeclaration') return [{ name: declaration.id?.name ?? '', comment }];
    if (declaration?.type !== 'VariableDeclaration') return [];
    return declaration.declarations.flatMap(({ id, init }) =>
      init?.type === 'ArrowFunctionExpression' && id.type === 'Identifier' ? [{ name: id.name, comment }] : [],
    );
  });
}

test('every public function has an example', () => {
  const entries = Object.values(packageJson.exports).flatMap((entry) => (typeof entry === 'string' ? [] : [entry]));
  const files = entries.map(({ types }) => types.replace('./dist/', '').replace('.d.ts', '.ts'));
  const functions = files.flatMap((file) => publicFunctions(file).map((one) => ({ ...one, file })));
  expect(functions.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['createChatMock', 'connect', 'readEvents', 'verify', 'diffDocuments', 'chatMock']),
  );
  const without = functions.filter(({ comment }) => !comment.includes('@example'));
  expect(without.map(({ file, name }) => `${file}: ${name}`)).toEqual([]);
});
