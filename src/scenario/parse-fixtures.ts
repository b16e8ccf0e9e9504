import { z } from 'zod';
import { type Issue, type ParseResult, readDocument } from '../runtime/document.ts';
import { FIXED_START_MICROS, parseMicros } from '../runtime/timestamp.ts';
import { findTwins } from '../runtime/twins.ts';
import { ESCAPED_BRACES } from './braces.ts';
import { checkRawSteps, checkSteps } from './check-steps.ts';
import { IndexFixture, SessionFixture } from './fixture-schema.ts';
import { findTemplates } from './parse-templates.ts';
import { hasTemplates } from './template.ts';

const NO_TEMPLATES = `a session has no {{…}} templates; write the text that was said, and literal braces as ${ESCAPED_BRACES}`;

interface Source {
  readonly file: string;
  readonly text: string;
}

/** Reads a session fixture. `taken` maps each id to the file that uses it, and is updated. */
export function parseSessionFixture({
  taken = new Map(),
  ...source
}: Source & { readonly taken?: Map<string, string> }): ParseResult<SessionFixture> {
  return readDocument({
    ...source,
    schema: SessionFixture,
    precheck: checkRawSteps,
    check: (session) => {
      const before = taken.get(session.session_id);
      taken.set(session.session_id, source.file);
      const twin = { path: ['session_id'], message: `"${session.session_id}" is that of ${before} already` };
      return [...checkSession(session), ...(before === undefined ? [] : [twin])];
    },
  });
}

/** Reads `indexes.yaml`: a list. */
export function parseIndexFixtures(source: Source): ParseResult<IndexFixture[]> {
  return readDocument({
    ...source,
    schema: z.array(IndexFixture),
    check: (indexes) =>
      findTwins(indexes.map(({ id }) => id)).map((at) => ({
        path: [at, 'id'],
        message: `"${indexes[at]?.id}" is that of another index already`,
      })),
  });
}

/** Checks that the schema cannot express. */
export function checkSession({ last_updated_at, turns = [] }: SessionFixture): readonly Issue[] {
  const steps = turns.flatMap(({ steps = [], prompt }, index) => {
    const path = ['turns', index];
    return [
      ...(hasTemplates(prompt) ? [{ path, message: NO_TEMPLATES }] : []),
      ...checkSteps(steps, { path: [...path, 'steps'] }),
      ...findTemplates(steps, [...path, 'steps']).map((path) => ({ path, message: NO_TEMPLATES })),
    ];
  });
  if (parseMicros(last_updated_at) < FIXED_START_MICROS) return steps;
  return [
    ...steps,
    { path: ['last_updated_at'], message: 'must be before 2026-04-22T12:34:41.342245, where time in data starts' },
  ];
}
