import type { Issue } from '../runtime/parse-issue.ts';
import { checkBody, checkHeaders } from './check-headers.ts';
import { checkReach } from './check-reach.ts';
import { checkSteps } from './check-steps.ts';
import { checkSizes } from './fake-data.ts';
import { listTemplateChecks } from './parse-templates.ts';
import type { InlineScenario } from './schema.ts';
import type { CreateFill } from './template.ts';

/** Checks of a scenario that the schema cannot express. Without `createFill`, templates are not filled for trial. */
export function checkAnswer(scenario: InlineScenario, createFill?: CreateFill): Issue[] {
  return listChecks(scenario, createFill).flatMap((check) => check());
}

/** The same one by one, since all of them take long for a long scenario. */
export function listChecks(
  scenario: InlineScenario,
  createFill: CreateFill = checkSizes,
): readonly (() => readonly Issue[])[] {
  const { steps = [], violates = [], headers = {} } = scenario;
  return [
    () => checkParts(scenario),
    () => checkHeaders(headers),
    () => checkBody(scenario),
    () => checkSteps(steps, { path: ['steps'], violates }),
    ...listTemplateChecks(steps, { path: ['steps'], createFill }),
    () => checkReach(scenario, createFill),
  ];
}

/** Keys that require or exclude each other. */
function checkParts(scenario: InlineScenario): Issue[] {
  const { status, body, body_base64, ends, steps, headers, delay_ms, wire, pace } = scenario;
  if (status === undefined) {
    for (const [key, given] of Object.entries({ body, body_base64 }))
      if (given !== undefined) return [{ path: [], key, message: `a ${key} needs a status` }];
    if (steps ?? ends ?? headers ?? delay_ms ?? wire ?? pace) return [];
    return [{ path: [], message: 'is empty: give it steps, or a status, ends, wire, pace, headers or delay_ms' }];
  }
  const idle = (['steps', 'wire', 'pace', 'violates'] as const).filter((key) => scenario[key] !== undefined);
  const issues: Issue[] = idle.map((key) => ({
    path: [],
    key,
    message: `with a status the answer fails before the stream, so it has no ${key}; remove one of them`,
  }));
  if (body !== undefined && body_base64 !== undefined)
    issues.push({ path: [], key: 'body_base64', message: 'is another body; remove it, or body' });
  if (typeof ends?.after === 'object' && !('byte' in ends.after))
    issues.push({ path: ['ends', 'after'], message: 'an answer with a status ends after nothing or after a byte' });
  return issues;
}
