import { specVersions } from '../../openapi/spec-versions.ts';
import { ChatMockError } from '../../runtime/errors.ts';
import { escapeUnsafe } from '../../runtime/escape.ts';
import { defineCommand } from '../command.ts';
import type { Io } from '../io.ts';
import { readText } from '../read-text.ts';
import { quote } from '../text.ts';
import { oneOf, path } from '../value-types.ts';
import { writeText } from '../write-text.ts';
import { config, edition } from './shared-options.ts';

/** Writes the OpenAPI document to stdout or a file; with --check, compares the file and returns 1 if it differs. */
export const openapi = defineCommand({
  name: 'openapi',
  summary: 'Print the OpenAPI document.',
  examples: ['chat-mock openapi --out chat.yaml', 'chat-mock openapi --spec 3.1 --format json'],
  exitCodes: { 0: 'The document was written, or with --check is current.', 1: 'With --check: the file differs.' },
  options: {
    edition: { ...edition, summary: 'API edition to describe.' },
    spec: {
      kind: 'single',
      type: oneOf(specVersions),
      default: specVersions[0],
      summary: 'OpenAPI version; only 3.2 describes the stream event by event.',
    },
    format: {
      kind: 'single',
      type: oneOf(['json', 'yaml']),
      default: undefined,
      summary: 'Output format; by default from the file name, else yaml.',
    },
    out: { kind: 'single', type: path('FILE'), default: undefined, summary: 'Output file; by default stdout.' },
    check: { kind: 'switch', summary: 'Compare with --out instead of writing it; exit 1 if they differ.' },
    config,
  },
  async run({ edition, spec, format, out, check }, io) {
    if (check && out === undefined)
      throw new ChatMockError('usage', 'Failed to check: no file is named. Name the one to look at with --out FILE.');
    const { buildDocument, writeDocument } = await io.load.openapi();
    const document = buildDocument({ edition, spec });
    const text = await writeDocument(document, format ?? (out?.endsWith('.json') ? 'json' : 'yaml'));
    if (out === undefined) {
      io.stdout.write(text);
      return 0;
    }
    if (check) return checkFile(out, text, io);
    writeText(out, text, '--out');
    io.stderr.write(`Wrote ${out}\n`);
    return 0;
  },
});

async function checkFile(file: string, wanted: string, { stdout, stderr, paint, argv, load }: Io): Promise<number> {
  const found = readText(file, { thing: quote(file), advice: 'Name an existing one with --out.' });
  if (found === wanted) {
    stderr.write(`${file} is current\n`);
    return 0;
  }
  const { diffLines } = await load.lineDiff();
  const lines = diffLines(found, wanted).map((line) => {
    const safe = escapeUnsafe(line);
    return line.startsWith('-') ? paint('red', safe) : line.startsWith('+') ? paint('green', safe) : safe;
  });
  stdout.write(`${lines.join('\n')}\n`);
  const command = argv.filter((argument) => argument !== '--check').join(' ');
  stderr.write(`${file} is not current (- is in it, + should be). Write it anew: chat-mock ${escapeUnsafe(command)}\n`);
  return 1;
}
