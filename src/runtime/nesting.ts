import type { Issue } from './parse-issue.ts';

/** How deep values may stand in each other; what follows may go down them one call per level. */
export const MAX_DEPTH = 256;

/** What every reader says of it, after the place. */
export const TOO_DEEP = `is nested too deeply; at most ${MAX_DEPTH} levels are read`;

/** An issue if a value is nested too deeply, as one that contains itself is. Needs no stack of its own, whatever the depth. */
export function checkDepth(value: unknown): Issue[] {
  const open: (readonly [value: unknown, depth: number])[] = [[value, 0]];
  for (let next = open.pop(); next; next = open.pop()) {
    const [one, depth] = next;
    if (typeof one !== 'object' || one === null) continue;
    if (depth > MAX_DEPTH) return [{ path: [], message: TOO_DEEP }];
    for (const inner of Object.values(one)) open.push([inner, depth + 1]);
  }
  return [];
}
