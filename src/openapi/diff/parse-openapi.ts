import { z } from 'zod';
import { type Issue, type ParseResult, readDocument } from '../../runtime/document.ts';
import { checkDepth } from '../../runtime/nesting.ts';
import type { Json, JsonObject } from '../json.ts';
import { explainNoOpenApi } from './diff-documents.ts';
import { parseJson } from './parse-json.ts';

const SHOWN_PROBLEMS = 5;
/** A checked value as it is: what the parsers return is JSON. */
const openApi = z.custom<JsonObject>();
const anything = z.custom<Json>();

interface Source {
  /** The file's name in messages. */
  readonly file: string;
  readonly text: string;
}

/** Parses an OpenAPI 3 document in YAML or JSON. A mistake is reported with its line and column. */
export function parseOpenApi(source: Source): ParseResult<JsonObject> {
  return parse(source, { schema: openApi, precheck: checkOpenApi });
}

/** Parses a file that an OpenAPI document refers to, in YAML or JSON. */
export function parseJsonOrYaml(source: Source): ParseResult<Json> {
  return parse(source, { schema: anything });
}

function parse<Value>(
  source: Source,
  { schema, precheck }: { readonly schema: z.ZodType<Value>; readonly precheck?: (value: unknown) => readonly Issue[] },
): ParseResult<Value> {
  const value = parseJson(source.text);
  // Where something is wrong, the other parser knows the line.
  if (value !== undefined && checkDepth(value).length === 0 && !precheck?.(value).length)
    return { value: schema.parse(value) };
  const reading = readDocument({ ...source, schema, keepsLargeNumbers: true, ...(precheck && { precheck }) });
  if ('value' in reading || reading.problems.length <= SHOWN_PROBLEMS) return reading;
  // In a file that is not YAML, such as a web page, nearly every line is a mistake.
  const more = `${reading.problems.length - SHOWN_PROBLEMS} more`;
  return {
    problems: reading.problems
      .slice(0, SHOWN_PROBLEMS)
      .map((one, index) => (index === 0 ? { ...one, message: `${one.message} (and ${more} below)` } : one)),
  };
}

function checkOpenApi(value: unknown): readonly Issue[] {
  const reason = explainNoOpenApi(value);
  return reason === null ? [] : [{ path: [], message: reason }];
}
