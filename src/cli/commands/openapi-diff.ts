import { specVersions } from '../../openapi/spec-versions.ts';
import { ChatMockError } from '../../runtime/errors.ts';
import { escapeUnsafe } from '../../runtime/escape.ts';
import { defineCommand } from '../command.ts';
import { diffFormats, notesOf } from '../diff-report.ts';
import { readOpenApi } from '../read-openapi.ts';
import { anyText, oneOf } from '../value-types.ts';
import { config } from './shared-options.ts';

const formats = Object.keys(diffFormats) as (keyof typeof diffFormats)[]; // The keys of a table of our own.

/** Compares two documents and reports what each change does to clients; exit code 1 if any change is breaking. */
export const openapiDiff = defineCommand({
  name: 'openapi diff',
  summary: 'Compare two OpenAPI documents and report what breaks clients.',
  examples: [
    'chat-mock openapi diff 2026-05 2026-08',
    'chat-mock openapi diff old.yaml https://example.com/openapi.json',
  ],
  positional: 'documents',
  argument: 'OLD NEW',
  exitCodes: {
    0: 'No change is breaking.',
    1: 'A change is breaking.',
    2: 'Bad usage, or a document that cannot be read or compared.',
  },
  options: {
    documents: {
      kind: 'repeatable',
      type: anyText('DOCUMENT'),
      keepsRepeats: true,
      summary: 'The two documents, each a file, an http(s) URL, an edition, or - for standard input.',
    },
    format: { kind: 'single', type: oneOf(formats), default: formats[0], summary: 'Output format.' },
    spec: {
      kind: 'single',
      type: oneOf(specVersions),
      default: specVersions[0],
      summary: 'OpenAPI version for a document given as an edition.',
    },
    remoteRefs: {
      kind: 'switch',
      summary: 'Follow references to URLs, too; references to files are always followed.',
    },
    config,
  },
  async run({ documents: [before, after, ...others], format = 'text', spec, remoteRefs }, io) {
    if (before === undefined || after === undefined || others.length > 0)
      throw new ChatMockError(
        'usage',
        'Failed to compare: it takes two documents, the old one and the new one. Write chat-mock openapi diff OLD NEW, where each is a file, an http(s) URL, an edition, or - for standard input.',
      );
    if (before === '-' && after === '-')
      throw new ChatMockError(
        'usage',
        'Failed to compare: standard input holds one document only. Give a file or a URL for the other one.',
      );
    const options = { io, spec, followsUrls: remoteRefs === true };
    const one = await readOpenApi(before, options);
    const other = await readOpenApi(after, options);
    const { diffFiles } = await io.load.openapiDiff();
    const difference = diffFiles(one.files, other.files);
    io.stdout.write(diffFormats[format]({ before: one.name, after: other.name, ...difference }, io.paint));
    if (format === 'text') for (const note of notesOf(difference)) io.stderr.write(`${escapeUnsafe(note)}\n`);
    return difference.changes.some(({ severity }) => severity === 'breaking') ? 1 : 0;
  },
});
