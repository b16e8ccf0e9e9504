import { type ChoiceRow, choiceRows, type Span } from '../src/api/choices.ts';
import { checks } from '../src/contract/checks/index.ts';
import type { Scenario } from '../src/scenario/schema.ts';
import { brokenMocks } from '../src/self-test/run.ts';
import { renderChanges } from './render-changes.ts';
import { renderControlApi } from './render-control-api.ts';
import { renderFaults } from './render-faults.ts';
import { renderLimits } from './render-limits.ts';

/** The catalogues of docs/, made from their tables. */
export function renderChoices(): string {
  const rows = Object.entries<ChoiceRow<unknown>>(choiceRows).map(
    ([name, { allowed, default: fallback, reason }]) =>
      `| \`${name}\` | \`${show(fallback)}\` | ${describe(allowed)} | ${reason.replaceAll('|', '\\|')} |`,
  );
  return `<!-- Made by \`npm run generate:documents\` from src/api/choices.ts; never edited. -->
# Choices

The service behaves in ways that nobody documents. Each of them is a setting with a default. To change some, write them to a YAML or JSON file and start with \`chat-mock --choices FILE\`.

| setting | default | allowed | what it decides, and the reason for the default |
|---|---|---|---|
${rows.join('\n')}
`;
}

/** What `verify` judges by, from the table of checks. */
export function renderChecks(): string {
  const rows = checks.map(({ id, level, evidence, requirement, rationale, source }) => {
    const faults = brokenMocks.filter(({ breaks }) => breaks === id).length;
    return `| \`${id}\` | ${level}, ${evidence} | ${requirement} ${rationale} ${citation(source)} | ${faults} |`;
  });
  return `<!-- Made by \`npm run generate:documents\` from src/contract/checks; never edited. -->
# Checks

The rules that \`chat-mock verify\` checks. Each links to the fact of the [wire contract](wire-contract.md) that it rests on. *Faults* is the number of broken mocks in \`chat-mock self-test\` that this check, and no other, must find.

| check | level | requirement | faults |
|---|---|---|--:|
${rows.join('\n')}
`;
}

/** A source within this directory as a link. */
function citation(source: string): string {
  const [, link = '', anchor = ''] = /^docs\/(.*#(.*))$/.exec(source) ?? [];
  return `([${anchor}](${link}))`;
}

/** The generated documents by file name. */
export function renderDocs(scenarios: readonly Scenario[]): Readonly<Record<string, string>> {
  return {
    'choices.md': renderChoices(),
    'faults.md': renderFaults(scenarios),
    'checks.md': renderChecks(),
    'control-api.md': renderControlApi(),
    'limits.md': renderLimits(),
    'openapi-changes.md': renderChanges(),
  };
}

function describe(allowed: readonly unknown[] | Span): string {
  if (Array.isArray(allowed)) return allowed.map((value) => `\`${show(value)}\``).join(', ');
  const span = allowed as Span; // What is not a list is a span.
  switch (span.type) {
    case 'texts':
      return `a list of ${span.length} texts`;
    case 'integer':
      return `${span.min} to ${span.max}${span.orNull ? ', or null' : ''}`;
    case 'text':
      return `one line of text${span.orNull ? ', or null' : ''}`;
    case 'header':
      return `one line of Latin-1${span.orNull ? ', or null' : ''}`;
  }
}

function show(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
