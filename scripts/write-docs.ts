import { writeFile } from 'node:fs/promises';
import { type ChoiceRow, choiceRows, type Span } from '../src/api/choices.ts';

/** The catalogues of docs/, made from their tables. */
export function renderChoices(): string {
  const rows = Object.entries<ChoiceRow<unknown>>(choiceRows).map(
    ([name, { allowed, default: fallback, reason }]) =>
      `| \`${name}\` | \`${show(fallback)}\` | ${describe(allowed)} | ${reason.replaceAll('|', '\\|')} |`,
  );
  return `<!-- Made by \`npm run generate\` from src/api/choices.ts; never edited. -->
# Choices

What the service does and nobody documents. Each is a setting: put those you want otherwise into a YAML or JSON file and start with \`chat-mock --choices FILE\`.

| setting | default | allowed | what it decides, and why so |
|---|---|---|---|
${rows.join('\n')}
`;
}

export async function writeDocs(): Promise<void> {
  await writeFile(new URL('../docs/choices.md', import.meta.url), renderChoices());
}

function describe(allowed: readonly unknown[] | Span): string {
  if (Array.isArray(allowed)) return allowed.map((value) => `\`${show(value)}\``).join(', ');
  const span = allowed as Span; // What is no list is a span.
  switch (span.type) {
    case 'texts':
      return `a list of ${span.length} texts`;
    case 'integer':
      return `${span.min} to ${span.max}${span.orNull ? ', or null' : ''}`;
    case 'text':
      return `one line of text${span.orNull ? ', or null' : ''}`;
  }
}

function show(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
