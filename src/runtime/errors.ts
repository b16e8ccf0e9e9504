/** Where a problem stands in a file a person wrote. Lines and columns start at 1. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** What is wrong, what is allowed and, where one is near, a suggestion; no position in it. */
  readonly message: string;
}

/**
 * The one base of errors meant for people: `code` is for programs, `message` reads
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

/** One or more files cannot be used; every problem of every file is listed, none is swallowed. */
export class FileProblemsError extends ChatMockError {
  readonly problems: readonly Problem[];

  constructor(what: string, problems: readonly Problem[]) {
    const lines = problems.map(({ file, line, column, message }) => `  ${file}:${line}:${column}: ${message}`);
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super('file_problems', `Failed to load ${what}: ${count}.\n${lines.join('\n')}`);
    this.name = 'FileProblemsError';
    this.problems = problems;
  }
}
