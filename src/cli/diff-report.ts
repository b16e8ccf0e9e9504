import type { Change, Difference } from '../openapi/index.ts';
import { escapeUnsafe } from '../runtime/escape.ts';
import type { Io } from './io.ts';

/** The names of the compared documents, and their differences. */
export interface DiffReport extends Difference {
  readonly before: string;
  readonly after: string;
}
type Severity = Change['severity'];

const severities = ['breaking', 'non-breaking', 'docs-only'] as const satisfies readonly Severity[];
const styles = { breaking: 'red', 'non-breaking': 'green', 'docs-only': 'dim' } as const;
/** Limit of a list in text and Markdown; the JSON contains all items. */
const SHOWN_USES = 3;
const SHOWN_LENGTH = 60;

/** Formats the differences of two documents, by format name. */
export const diffFormats = {
  text: (report, paint) => {
    const sections = severities.flatMap((severity) => {
      const changes = of(report, severity).map((change) => toLines(change, paint));
      return changes.length === 0 ? [] : [`\n${paint(styles[severity], severity)}\n${changes.join('')}`];
    });
    return `${headline(report)}\n${sections.join('')}`;
  },
  markdown: (report) => {
    const sections = severities.flatMap((severity) => {
      const rows = of(report, severity).map((change) => `| ${toCells(change).map(escapeCell).join(' | ')} |\n`);
      if (rows.length === 0) return [];
      return [`\n## ${severity}\n\n| where | change | why | met by |\n|---|---|---|---|\n${rows.join('')}`];
    });
    const notes = notesOf(report)
      .map((note) => `\n- ${escapeCell(note)}`)
      .join('');
    return `# ${escapeCell(headline(report))}\n${notes && `${notes}\n`}${sections.join('')}`;
  },
  json: (report) => {
    const { before, after, changes, notes, remarks } = report;
    const [breaking, nonBreaking, docsOnly] = severities.map((severity) => of(report, severity).length);
    const counts = { breaking, non_breaking: nonBreaking, docs_only: docsOnly };
    return `${JSON.stringify({ before, after, ...counts, changes, notes, remarks }, null, 2)}\n`;
  },
} as const satisfies Record<string, (report: DiffReport, paint: Io['paint']) => string>;

/** Lists what could not be compared and other oddities of the documents, one line each. */
export function notesOf({ notes, remarks }: Difference): string[] {
  return [...notes.map((note) => `Not compared: ${note}`), ...remarks.map((remark) => `Note: ${remark}`)];
}

function of({ changes }: Difference, severity: Severity): Change[] {
  return changes.filter((change) => change.severity === severity);
}

function headline(report: DiffReport): string {
  const { before, after, changes, notes } = report;
  const counts = severities.map((severity) => `${of(report, severity).length} ${severity}`);
  // "No changes" is said of what was compared, and only where all of it was.
  const all = notes.length === 0 ? counts : [...counts, `${notes.length} not compared`];
  return escapeUnsafe(`${before} → ${after}: ${changes.length + notes.length === 0 ? 'no changes' : all.join(', ')}`);
}

function toLines(change: Change, paint: Io['paint']): string {
  const { place, severity, reason } = change;
  const first = `  ${paint('bold', escapeUnsafe(place))}  ${escapeUnsafe(describe(change))}\n`;
  if (severity === 'docs-only') return first; // Always the same reason, and of no consequence where.
  const uses = usesOf(change);
  return `${first}    ${reason}\n${uses === '' ? '' : `    in ${escapeUnsafe(uses)}\n`}`;
}

function toCells(change: Change): [string, string, string, string] {
  const uses = change.severity === 'docs-only' ? '' : usesOf(change);
  return [change.place, describe(change), change.reason, uses];
}

/** `limit-tightened maxLength: 1000 → 500 (request)`. */
function describe({ kind, what, before, after, direction, severity }: Change): string {
  const values = [before, after].map((value) => (value === undefined ? undefined : shorten(JSON.stringify(value))));
  const [from, to] = severity === 'docs-only' ? [] : values;
  const change = from !== undefined && to !== undefined ? `${from} → ${to}` : (from ?? to);
  const name = what === undefined ? kind : `${kind} ${what}`;
  return `${name}${change === undefined ? '' : `: ${change}`}${direction === null ? '' : ` (${direction})`}`;
}

/** The requests and responses that a change in a shared schema affects. */
function usesOf({ uses, place }: Change): string {
  if (uses.every((use) => place === use)) return '';
  const more = uses.length - SHOWN_USES;
  return `${uses.slice(0, SHOWN_USES).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function shorten(text: string): string {
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
}

/** Flattens text from a document to one printable line. */
function escapeCell(text: string): string {
  return escapeUnsafe(text).replaceAll(/[\\`*_[\]<>|#&]/g, (sign) => `\\${sign}`);
}
