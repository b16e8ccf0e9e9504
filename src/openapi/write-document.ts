import type { OpenApiDocument } from './document.ts';

/** The document as text that ends in a newline. */
export async function writeDocument(document: OpenApiDocument, format: 'json' | 'yaml'): Promise<string> {
  if (format === 'json') return `${JSON.stringify(document, null, 2)}\n`;
  const { stringify } = await import('yaml');
  return stringify(document, { aliasDuplicateObjects: false, lineWidth: 0 });
}
