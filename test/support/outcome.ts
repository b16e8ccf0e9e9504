/** What became of a call, as a value that two of them can be compared by. */
export async function outcomeOf(run: () => unknown): Promise<unknown> {
  try {
    return { resolves: await run() };
  } catch (error) {
    if (error instanceof ReferenceError || (error instanceof TypeError && /is not a function/.test(error.message)))
      throw error; // A fault of the test itself, which would be the same twice.
    return { rejects: describeError(error) };
  }
}

/** All of an error that a client can test for, with its causes. */
export function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message, cause } = error;
  const { code, errno, syscall } = error as NodeJS.ErrnoException;
  return { class: error.constructor.name, name, message, code, errno, syscall, cause: describeError(cause) };
}
