/** A mistake in a file, with its place. Lines and columns start at 1. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** What is wrong, what is allowed and possibly a suggestion; without the position. */
  readonly message: string;
}

/**
 * The base of all errors for users: `code` is for programs, `message` reads
 * "Failed to «verb» «thing»: «reason». «What to do next»."
 */
export class ChatMockError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'ChatMockError';
    this.code = code;
  }
}

/** Of more problems than this the rest is only counted: nobody reads further, and a terminal or a log must not drown. */
export const LISTED_PROBLEMS = 100;

/** The first of many problems, and how many more there are. */
export function listFirst<Item>(problems: readonly Item[]): {
  readonly listed: readonly Item[];
  readonly more: number;
} {
  const listed = problems.slice(0, LISTED_PROBLEMS);
  return { listed, more: problems.length - listed.length };
}

/** Problems in one sentence, the first of them if there are many. */
export function joinProblems(problems: readonly string[]): string {
  const { listed, more } = listFirst(problems);
  return [...listed, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

/** One or more files cannot be used. The message lists the first problems, `problems` has all of them. */
export class FileProblemsError extends ChatMockError {
  readonly problems: readonly Problem[];

  constructor(what: string, problems: readonly Problem[]) {
    const { listed, more } = listFirst(problems);
    const lines = listed.map(({ file, line, column, message }) => `  ${file}:${line}:${column}: ${message}`);
    if (more > 0) lines.push(`  … and ${more} more.`);
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super('file_problems', `Failed to load ${what}: ${count}.\n${lines.join('\n')}`);
    this.name = 'FileProblemsError';
    this.problems = problems;
  }
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The stack of whatever was thrown, or its message if it has none: for bugs, which somebody has to find. */
export function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** The message of an error of `fetch`: that of its cause where it has one, since the error itself only says that it failed. */
export function causeMessageOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  // Where a name has several addresses, each failed for a reason of its own.
  const [first] = cause instanceof AggregateError ? cause.errors : [cause];
  return first instanceof Error && first.message !== '' ? first.message : messageOf(error);
}

/** The code of a system error, such as `ENOENT`; undefined if it has none. */
export function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
