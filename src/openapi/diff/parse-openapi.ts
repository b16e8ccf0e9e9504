import { z } from 'zod';
import { type Issue, type ParseResult, readDocument } from '../../runtime/document.ts';
import { MAX_DEPTH } from '../../runtime/nesting.ts';
import { explainNoOpenApi } from './diff-documents.ts';

const SHOWN_PROBLEMS = 5;

/** Reads the text of an OpenAPI 3 document, YAML or JSON; a mistake is told with its line and column. */
export function parseOpenApi({ file, text }: { readonly file: string; readonly text: string }): ParseResult<unknown> {
  const value = parseJson(text);
  if (value !== undefined && explainNoOpenApi(value) === null && !isTooDeep(value)) return { value };
  const reading = readDocument({ file, text, schema: z.unknown(), precheck });
  if ('value' in reading || reading.problems.length <= SHOWN_PROBLEMS) return reading;
  // Of what is no YAML at all, such as a web page, nearly every line is a mistake.
  const shown = reading.problems.slice(0, SHOWN_PROBLEMS);
  const more = `${reading.problems.length - SHOWN_PROBLEMS} more`;
  return {
    problems: shown.map((one, index) =>
      index === 0 ? { ...one, message: `${one.message} (and ${more} below)` } : one,
    ),
  };
}

/** JSON is YAML, but its own parser takes a tenth of the time. Undefined: it is none, and the other one says why. */
function parseJson(text: string): unknown {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isTooDeep(value: unknown): boolean {
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return true;
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
  }
  return false;
}

function precheck(value: unknown): readonly Issue[] {
  const reason = explainNoOpenApi(value);
  return reason === null ? [] : [{ path: [], message: reason }];
}
