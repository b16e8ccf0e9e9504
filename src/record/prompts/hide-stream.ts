import { applyReplacements, type FoundText, type Replacement, type TextHider } from './hide-texts.ts';
import { readSpelling } from './spelling.ts';

/** The parts of one text that came in several deltas, each with where it stands in the data of its event. */
interface Part {
  readonly data: DataOf;
  readonly found: FoundText;
}

/** The data of an event, which may stand on several lines, and what is replaced in it. */
interface DataOf {
  readonly text: string;
  readonly lines: readonly Line[];
  readonly replacements: Replacement[];
}

interface Line {
  readonly field: string;
  value: string;
  readonly newline: string;
}

const DELTA = '_delta';
/** Comments that keep a connection open say nothing of a chat. */
const PING = /^:\s*(?:ping|keep-?alive|heartbeat|hello|connected|ok)?(?:[\s-]*\d{4}-\d\d-\d\d[T ][\d:.+Z-]*)?\s*$/i;
const NAME = /^[\w.:-]{1,64}$/;
const NUMBERED = /^(?=.*\d)[\w.:-]{1,64}$/;

/**
 * Replaces the texts in the events of a stream. A word may be cut by deltas: they are put together, replaced, and cut
 * again where they were, so that they still add up to the complete text.
 */
export function hideStream(body: string, hider: TextHider): string {
  const mark = body.startsWith('\ufeff') ? '\ufeff' : '';
  const lines = readLines(body.slice(mark.length));
  const open = new Map<string, Part[]>();
  const all: DataOf[] = [];
  let data: Line[] = [];
  const flush = (parts: readonly Part[]) => {
    const spellings = parts.map(({ data: { text }, found }) =>
      readSpelling(text.slice(found.start, found.end), 'json'),
    );
    const joined = spellings.map(({ plain }) => plain).join('');
    const hidden = parts[0]?.found.kind === 'number' ? hider.json(joined) : hider.text(joined);
    let from = 0;
    for (const [index, { data: of, found }] of parts.entries()) {
      const spelling = spellings[index];
      const to = from + (spelling?.plain.length ?? 0);
      of.replacements.push({ start: found.start, end: found.end, text: spelling?.write(hidden.slice(from, to)) ?? '' });
      from = to;
    }
  };
  const close = () => {
    if (data.length === 0) return;
    const of: DataOf = { text: data.map(({ value }) => value).join('\n'), lines: data, replacements: [] };
    data = [];
    all.push(of);
    const type = typeOf(of.text);
    const found = type === null ? null : hider.find(of.text);
    if (!found || !type?.endsWith(DELTA)) {
      for (const [key, parts] of open)
        if (key.startsWith(`${type}${DELTA} `)) {
          flush(parts);
          open.delete(key);
        }
      const hidden = of.text.trim() === '[DONE]' ? of.text : hider.json(of.text);
      of.replacements.push({ start: 0, end: of.text.length, text: hidden });
      return;
    }
    for (const one of found) {
      const part = { data: of, found: one };
      const key = `${type} ${one.path}`;
      const before = open.get(key);
      if (one.kind === 'number') flush([part]);
      else if (before) before.push(part);
      else open.set(key, [part]);
    }
  };
  for (const line of lines) {
    if (line.field === 'data:') data.push(line);
    else if (line.field === '' && line.value === '') close();
    else line.value = hideField(line, hider);
  }
  close();
  for (const parts of open.values()) flush(parts);
  for (const { text, lines: written, replacements } of all) {
    const sorted = replacements.toSorted((a, b) => a.start - b.start);
    let from = 0;
    const shown = applyReplacements(text, sorted);
    for (const line of written) {
      line.value = shown.slice(from, from + line.value.length);
      from += line.value.length + 1;
    }
  }
  return mark + lines.map(({ field, value, newline }) => field + value + newline).join('');
}

function readLines(body: string): Line[] {
  const parts = body.split(/(\r\n|\n|\r)/);
  return parts.flatMap((text, index): Line[] => {
    if (index % 2 === 1) return [];
    const [field = ''] = /^(?:data|event|id|retry):/.exec(text) ?? [];
    return [{ field, value: text.slice(field.length), newline: parts[index + 1] ?? '' }];
  });
}

function hideField({ field, value }: Line, hider: TextHider): string {
  if (field === 'event:' && NAME.test(value.trim())) return value;
  if (field === 'retry:' && /^ ?\d*$/.test(value)) return value;
  if (field === 'id:' && NUMBERED.test(value.trim())) return value;
  return field === '' && PING.test(value) ? value : hider.text(value);
}

function typeOf(text: string): string | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
      ? value.type
      : null;
  } catch {
    return null;
  }
}
