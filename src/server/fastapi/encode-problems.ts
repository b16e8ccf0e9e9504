import { changes, type Edition, existsIn } from '../../api/editions.ts';
import { encodeValue } from './encode-value.ts';
import type { Problem } from './problem.ts';

/** The body of a 422 answer. */
export function encodeProblems(problems: readonly Problem[], edition: Edition): string {
  const echoes = existsIn(changes.validation_details, edition);
  const items = problems.map(({ type, loc, msg, input, ctx }) => {
    const head = `{"type":${JSON.stringify(type)},"loc":${JSON.stringify(loc)},"msg":${JSON.stringify(msg)}`;
    if (!echoes) return `${head}}`;
    return `${head},"input":${encodeValue(input)}${ctx ? `,"ctx":${JSON.stringify(ctx)}` : ''}}`;
  });
  return `{"detail":[${items.join(',')}]}`;
}
