import { ChatMockError, listFirst } from '../../runtime/errors.ts';
import { escapeUnsafe } from '../../runtime/escape.ts';
import { defineCommand } from '../command.ts';
import type { Io, Loaders } from '../io.ts';
import { path } from '../value-types.ts';
import { config } from './shared-options.ts';

/** Characters of a line that are shown before and after the place of a problem. */
const EXCERPT_BEFORE = 60;
const EXCERPT_AFTER = 60;

type Report = Awaited<ReturnType<Awaited<ReturnType<Loaders['files']>>['checkScenarios']>>;

/** Reports every mistake in scenario files; exit code 1 if there is one. */
export const scenarioCheck = defineCommand({
  name: 'scenario check',
  summary: 'Check scenario files for mistakes.',
  examples: ['chat-mock scenario check scenarios', 'chat-mock scenario check scenarios/slow.yaml --json'],
  positional: 'paths',
  exitCodes: { 0: 'Every file is right.', 1: 'A file has a mistake.' },
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
  const { listed, more } = listFirst(problems);
  const found = listed.map(({ file, line, column, message }) => ({ file, line, column, message }));
  return `${JSON.stringify({ files: files.length, problems: found, ...(more > 0 && { more }) })}\n`;
}

function toText({ files, problems }: Report, paint: Io['paint']): string {
  const checked = `${files.length} ${files.length === 1 ? 'file' : 'files'}`;
  if (problems.length === 0) return `${paint('green', 'No problems')} in ${checked}.\n`;
  const { listed, more } = listFirst(problems);
  const blocks = listed.map((problem) => {
    const { file, line, column, message } = problem;
    const place = paint('bold', `${escapeUnsafe(file)}:${line}:${column}`);
    return `${place}: ${escapeUnsafe(message)}\n${toExcerpt(problem, paint)}`;
  });
  if (more > 0) blocks.push(`… and ${more} more.\n`);
  const broken = new Set(problems.map(({ file }) => file)).size;
  const count = `${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`;
  return `${blocks.join('\n')}\n${paint('red', count)} in ${broken} of ${checked}.\n`;
}

/** Returns the line, or the part of a long line around the place, with a mark under the place. */
function toExcerpt({ line, column, source }: Report['problems'][number], paint: Io['paint']): string {
  const start = Math.max(0, column - 1 - EXCERPT_BEFORE);
  const end = start + EXCERPT_BEFORE + EXCERPT_AFTER;
  const before = `${start > 0 ? '…' : ''}${escapeUnsafe(source.slice(start, column - 1))}`;
  const after = `${escapeUnsafe(source.slice(column - 1, end))}${source.length > end ? '…' : ''}`;
  const margin = ' '.repeat(String(line).length);
  return `  ${line} | ${before}${after}\n  ${margin} | ${' '.repeat(before.length)}${paint('red', '^')}\n`;
}
