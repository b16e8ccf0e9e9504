/** Runtimes other than Node: a name, and what is not as in Node, as part of a sentence. Measured with Bun 1.4 and Deno 2.9. */
const others = {
  bun: {
    name: 'Bun',
    differs:
      'events sent at once may share an HTTP/1.1 chunk, and --max-connections does not count silent connections; every ending is exact',
  },
  deno: { name: 'Deno', differs: 'no difference is known; every ending is exact' },
} as const satisfies Readonly<Record<string, { readonly name: string; readonly differs: string }>>;

/** The runtime that runs the program, if it is not Node. */
export interface OtherRuntime {
  /** Name and version: `Bun 1.4.5`. */
  readonly name: string;
  /** What is not as in Node. */
  readonly differs: string;
}

/** Finds the runtime in `process.versions`; null for Node. */
export function findRuntime(versions: Readonly<Record<string, string | undefined>>): OtherRuntime | null {
  for (const [key, { name, differs }] of Object.entries(others))
    if (versions[key] !== undefined) return { name: `${name} ${versions[key]}`, differs };
  return null;
}
