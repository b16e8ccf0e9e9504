import { defineCommand } from '../command.ts';
import { oneOf, path } from '../value-types.ts';
import { writeText } from '../write-text.ts';
import { config, edition } from './shared-options.ts';

/** Writes the OpenAPI document to stdout or to a file. */
export const openapi = defineCommand({
  name: 'openapi',
  summary: 'Print the OpenAPI document.',
  options: {
    edition,
    spec: { kind: 'single', type: oneOf(['3.1']), default: '3.1', summary: 'Version of the OpenAPI specification.' },
    format: {
      kind: 'single',
      type: oneOf(['json', 'yaml']),
      default: undefined,
      summary: 'json or yaml; by default what the file is named, else yaml.',
    },
    out: { kind: 'single', type: path('FILE'), default: undefined, summary: 'File to write instead of stdout.' },
    config,
  },
  async run(values, io) {
    const { buildDocument, writeDocument } = await io.load.openapi();
    const document = buildDocument({ edition: values.edition, spec: values.spec });
    const format = values.format ?? (values.out?.endsWith('.json') ? 'json' : 'yaml');
    const text = await writeDocument(document, format);
    if (values.out === undefined) {
      io.stdout.write(text);
      return 0;
    }
    writeText(values.out, text, '--out');
    io.stderr.write(`Wrote ${values.out}\n`);
    return 0;
  },
});
