import type { OpenApiDocument } from './document.ts';

/**
 * Writes a document as text that ends in a newline.
 *
 * @example
 * const text = await writeDocument(buildDocument(), 'yaml');
 */
export async function writeDocument(document: OpenApiDocument, format: 'json' | 'yaml'): Promise<string> {
  if (format === 'json') return `${JSON.stringify(document, null, 2)}\n`;
  return (await import('./write-yaml.ts')).writeYaml(document);
}
