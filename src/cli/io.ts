import type { styleText } from 'node:util';

/** A style of `util.styleText`. */
export type TextStyle = Parameters<typeof styleText>[0];

/** A door out: where text goes. Writing to a reader that has gone does nothing. */
export interface Output {
  write(text: string): void;
}

/** Everything a command may touch of the process it runs in, so that tests can hand it another one. */
export interface Io {
  /** What was typed after the program's name. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute; where a configuration file is looked for, and what relative paths start from. */
  readonly cwd: string;
  readonly pid: number;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Shows where a long run stands, in the place of what was shown before; nothing where nobody looks on. */
  progress(text: string): void;
  /** Colours a text for stdout; returns it as it is where stdout takes no colour. */
  paint(style: TextStyle, text: string): string;
  /** Runs it soon, at most 16 ms later, whatever else happens meanwhile. */
  defer(run: () => void): void;
  /** Settles when someone asks the program to stop; asking again ends the process at once with 130. */
  interrupted(): Promise<void>;
  /** Settles after `delayMs`; does not keep the process alive for it. */
  pause(delayMs: number): Promise<void>;
  /** The same, and the process lives as long. */
  wait(delayMs: number): Promise<void>;
  /** Ends the process by force if anything still keeps it alive after `delayMs`. */
  exitAfter(delayMs: number, exitCode: number): void;
  /** The rest of the project, loaded when asked for: a start must not pay for what it does not use. */
  readonly load: Loaders;
}

/** Loads what only some commands need, so that the others start fast. */
export interface Loaders {
  mock(): Promise<Pick<typeof import('../node/mock.ts'), 'createChatMock'>>;
  files(): Promise<
    Pick<typeof import('../node/files.ts'), 'loadScenarios' | 'loadFixtures' | 'loadChoices' | 'checkScenarios'>
  >;
  play(): Promise<Pick<typeof import('../node/play.ts'), 'compileScenario' | 'builtInScenarios'>>;
  watch(): Promise<Pick<typeof import('../node/watch.ts'), 'watchDirectories'>>;
  openapi(): Promise<Pick<typeof import('../openapi/index.ts'), 'buildDocument' | 'writeDocument'>>;
  openapiDiff(): Promise<Pick<typeof import('../openapi/diff/index.ts'), 'diffDocuments' | 'parseOpenApi'>>;
  contract(): Promise<typeof import('../contract/index.ts')>;
  selfTest(): Promise<Pick<typeof import('../self-test/run.ts'), 'selfTest' | 'unprovenChecks'>>;
  reporters(): Promise<Pick<typeof import('../reporters/index.ts'), 'reporters'>>;
  lineDiff(): Promise<typeof import('./line-diff.ts')>;
  document(): Promise<Pick<typeof import('../runtime/document.ts'), 'readDocument'>>;
}
