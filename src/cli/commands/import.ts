import { join } from 'node:path';
import { ChatMockError } from '../../runtime/errors.ts';
import { escapeUnsafe } from '../../runtime/escape.ts';
import { defineCommand } from '../command.ts';
import { formatHidden, formatMock, RECORDING_FILE, replacedOf } from '../made-mock.ts';
import { path } from '../value-types.ts';
import { config, recordingOptions } from './shared-options.ts';

/** Makes a recording, and a mock of it, from what other tools have saved. */
export const importCommand = defineCommand({
  name: 'import',
  summary: 'Make a mock from a HAR file, a trace of curl or a saved stream.',
  examples: ['chat-mock import session.har --out recorded', 'chat-mock import trace.txt answer.sse --out recorded'],
  options: {
    files: { kind: 'repeatable', type: path('FILE'), summary: 'File that another tool has saved.' },
    ...recordingOptions,
    json: { kind: 'switch', summary: 'Print one JSON object instead of text.' },
    config,
  },
  positional: 'files',
  argument: 'FILE...',
  async run({ files, out, redact, redactPrompts, force, json }, io) {
    if (files.length === 0)
      throw missing('there is no file. Name one, as in chat-mock import session.har --out recorded');
    if (out === undefined) throw missing('there is no directory to write to. Name one with --out DIR');
    const { importFiles, makeMock } = await io.load.record();
    const file = join(out, RECORDING_FILE);
    const imported = await importFiles({ files, out: file, redact, redactPrompts, replaces: force });
    const made = await makeMock(file);
    for (const note of [...imported.notes, ...made.notes]) io.stderr.write(`${escapeUnsafe(note)}\n`);
    const { exchanges, hidden } = imported;
    const { scenarios, sessions } = made;
    io.stdout.write(
      json
        ? `${JSON.stringify({ event: 'imported', file, exchanges, hidden: hidden.secrets, ...replacedOf(hidden, redactPrompts), scenarios, sessions })}\n`
        : `Imported ${exchanges} exchanges, ${formatHidden(hidden, redactPrompts)}, into ${file}\n${formatMock(made, out)}\n`,
    );
    return 0;
  },
});

function missing(reason: string): ChatMockError {
  return new ChatMockError('usage', `Failed to import: ${reason}.`);
}
