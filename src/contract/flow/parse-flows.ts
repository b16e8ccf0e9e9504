import { z } from 'zod';
import { type Issue, type ParseResult, readDocument } from '../../runtime/document.ts';
import { ChatMockError } from '../../runtime/errors.ts';
import { checkDepth } from '../../runtime/nesting.ts';
import { parseValue } from '../../runtime/parse-issue.ts';
import { didYouMean } from '../../runtime/suggest.ts';
import type { Check } from '../verdict/check.ts';
import { fits } from '../verdict/select-checks.ts';
import { Flow, FlowFile, rolesOf } from './flow.ts';

/**
 * Reads a file of flows. The checks that a flow names must exist, and find the roles they require.
 *
 * @example
 * const reading = parseFlows({ file: 'contracts/stream.yaml', text }, checks);
 * if ('problems' in reading) console.error(reading.problems);
 * else for await (const event of verify({ url, flows: reading.value.flows })) console.log(event.type);
 */
export function parseFlows(
  { file, text }: { readonly file: string; readonly text: string },
  checks: readonly Check[],
): ParseResult<FlowFile> {
  return readDocument({ file, text, schema: FlowFile, check: (value) => checkFlows(value, { file, checks }) });
}

const Flows = z.array(Flow).min(1);

/** Parses flows given by a program as if they were in a file, with defaults for omitted keys. */
export function readFlows(flows: readonly unknown[], checks: readonly Check[]): Flow[] {
  const tooDeep = checkDepth(flows);
  const { data, issues } = tooDeep.length > 0 ? { issues: tooDeep } : parseValue(Flows, flows);
  const found = data ? checkEach(data, { path: [], checks }) : issues;
  if (data && found.length === 0) return data;
  const lines = found.map(({ path, message }) => `\n  flows${z.core.toDotPath(path)}: ${message}`);
  throw new ChatMockError(
    'usage',
    `Failed to read the flows.${lines.join('')}\nMend them; their format is schemas/flows.json, examples are in contracts/.`,
  );
}

function checkFlows(
  { area, flows }: FlowFile,
  { file, checks }: { readonly file: string; readonly checks: readonly Check[] },
): Issue[] {
  const name = file.replace(/^.*[\\/]/, '').replace(/\.(?:ya?ml|json)$/, '');
  const message = `the area must equal the file's name: "${name}", not "${area}"`;
  return [...(area === name ? [] : [{ path: ['area'], message }]), ...checkEach(flows, { path: ['flows'], checks })];
}

interface Place {
  readonly path: readonly PropertyKey[];
  readonly checks: readonly Check[];
}

/** Names must differ, and the checks that a flow declares must exist and find the roles they require. */
function checkEach(flows: readonly Flow[], { path: start, checks }: Place): Issue[] {
  const ids = checks.map(({ id }) => id);
  const issues: Issue[] = [];
  for (const [index, flow] of flows.entries()) {
    const path = [...start, index];
    if (flows.findIndex((other) => other.flow === flow.flow) < index)
      issues.push({ path: [...path, 'flow'], message: `there are two flows called "${flow.flow}"` });
    const roles = new Set(rolesOf(flow.steps));
    for (const [at, glob] of flow.checks.entries()) {
      const place = [...path, 'checks', at];
      const chosen = checks.filter(({ id }) => fits(glob, id));
      if (chosen.length === 0)
        issues.push({
          path: place,
          message: `there is no check "${glob}"${didYouMean(glob, ids) || '.'} Checks are: ${ids.join(', ')}.`,
        });
      for (const { id, requiredRoles = [] } of chosen) {
        const missing = requiredRoles.filter((role) => !roles.has(role));
        if (missing.length > 0)
          issues.push({
            path: place,
            message: `${id} needs steps with role ${missing.join(' and ')}, and this flow has none`,
          });
      }
    }
  }
  return issues;
}
