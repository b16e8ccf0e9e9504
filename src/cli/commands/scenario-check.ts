import { ChatMockError } from '../../runtime/errors.ts';
import { defineCommand } from '../command.ts';
import type { Io, Loaders } from '../io.ts';
import { escapeUnsafe } from '../text.ts';
import { path } from '../value-types.ts';
import { config } from './shared-options.ts';

type Report = Awaited<ReturnType<Awaited<ReturnType<Loaders['files']>>['checkScenarios']>>;

/** Says all that is wrong with scenario files; 1 if there is anything. */
export const scenarioCheck = defineCommand({
  name: 'scenario check',
  summary: 'Check scenario files for mistakes.',
  positional: 'paths',
  options: {
    paths: { kind: 'repeatable', type: path('PATH'), summary: 'Files or directories.' },
    json: { kind: 'switch', summary: 'Print one JSON object instead of text.' },
    config,
  },
  async run({ paths, json }, io) {
    if (paths.length === 0)
      throw new ChatMockError(
        'usage',
        'Failed to check scenarios: no file is named. Write chat-mock scenario check PATH…, where a path is a file or a directory.',
      );
    const { checkScenarios } = await io.load.files();
    const report = await checkScenarios(paths);
    if (report.files.length === 0)
      throw new ChatMockError('usage', 'Failed to check scenarios: there are no .yaml, .yml or .json files there.');
    io.stdout.write(json ? toJson(report) : toText(report, io.paint));
    return report.problems.length === 0 ? 0 : 1;
  },
});

function toJson({ files, problems }: Report): string {
  const found = problems.map(({ file, line, column, message }) => ({ file, line, column, message }));
  return `${JSON.stringify({ files: files.length, problems: found })}\n`;
}

function toText({ files, problems }: Report, paint: Io['paint']): string {
  const checked = `${files.length} ${files.length === 1 ? 'file' : 'files'}`;
  if (problems.length === 0) return `${paint('green', 'No problems')} in ${checked}.\n`;
  const told = problems.map(({ file, line, column, message, source }) => {
    const margin = ' '.repeat(String(line).length);
    const excerpt = `  ${line} | ${escapeUnsafe(source)}\n  ${margin} | ${' '.repeat(column - 1)}${paint('red', '^')}\n`;
    return `${paint('bold', `${escapeUnsafe(file)}:${line}:${column}`)}: ${escapeUnsafe(message)}\n${excerpt}`;
  });
  const broken = new Set(problems.map(({ file }) => file)).size;
  const count = `${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`;
  return `${told.join('\n')}\n${paint('red', count)} in ${broken} of ${checked}.\n`;
}
