import type { styleText } from 'node:util';

/** A style of `util.styleText`. */
export type TextStyle = Parameters<typeof styleText>[0];

/** An output stream. Writing after the reader closed it does nothing. */
export interface Output {
  write(text: string): void;
}

/** Everything a command may use of its process; tests pass a fake. */
export interface Io {
  /** The arguments after the program's name. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute; where a configuration file is looked for, and what relative paths start from. */
  readonly cwd: string;
  readonly pid: number;
  /** `process.versions`: which runtime this is. */
  readonly versions: Readonly<Record<string, string | undefined>>;
  /** Reads all of standard input; rejects if it is larger than the limit. */
  readStdin(limitBytes: number): Promise<Uint8Array>;
  /** Asks the user in the terminal; null where there is no terminal. */
  ask(question: string): Promise<string | null>;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Shows a line of progress, and renews it twice a second until null ends it. Does nothing unless stderr is a terminal. */
  progress(line: (() => string) | null): void;
  /** Characters of a line of stdout: of the terminal, else of COLUMNS, else 160. */
  readonly columns: number;
  /** Styles text for stdout; returns it unchanged where stdout has no colour. */
  paint(style: TextStyle, text: string): string;
  /** Runs the callback at most 16 ms later. */
  defer(run: () => void): void;
  /** Resolves when the program is asked to stop; a second request ends the process at once with exit code 130. */
  interrupted(): Promise<void>;
  /** Resolves after `delayMs`; does not keep the process alive. */
  pause(delayMs: number): Promise<void>;
  /** Resolves after `delayMs`; keeps the process alive until then. */
  wait(delayMs: number): Promise<void>;
  /** Ends the process after `delayMs` if anything still keeps it alive. */
  exitAfter(delayMs: number, exitCode: number): void;
  /** Loads other parts of the project on demand, so that start-up does not pay for them. */
  readonly load: Loaders;
}

/** Loads what only some commands need, so that the others start fast. */
export interface Loaders {
  mock(): Promise<Pick<typeof import('../node/mock.ts'), 'buildMock'>>;
  files(): Promise<
    Pick<
      typeof import('../node/files.ts'),
      'loadScenarios' | 'loadScenario' | 'loadFixtures' | 'loadChoices' | 'checkScenarios' | 'findFiles'
    >
  >;
  builtIn(): Promise<Pick<typeof import('../node/built-in.ts'), 'addBuiltIn' | 'builtInScenarios' | 'findOwn'>>;
  newScenario(): Promise<Pick<typeof import('../node/new-scenario.ts'), 'createScenarioFile'>>;
  play(): Promise<Pick<typeof import('../node/play.ts'), 'compileScenario'>>;
  watch(): Promise<Pick<typeof import('../node/watch.ts'), 'watchDirectories'>>;
  openapi(): Promise<Pick<typeof import('../openapi/index.ts'), 'buildDocument' | 'writeDocument'>>;
  openapiDiff(): Promise<typeof import('../openapi/diff/index.ts')>;
  contract(): Promise<typeof import('../contract/index.ts')>;
  certificate(): Promise<Pick<typeof import('../node/certificate.ts'), 'useCertificate'>>;
  record(): Promise<Pick<typeof import('../record/index.ts'), 'startRecording' | 'makeMock' | 'importFiles'>>;
  selfTest(): Promise<Pick<typeof import('../self-test/run.ts'), 'selfTest' | 'unprovenChecks'>>;
  lineDiff(): Promise<typeof import('./line-diff.ts')>;
  childProcess(): Promise<typeof import('./child-process.ts')>;
  telemetry(): Promise<Pick<typeof import('./telemetry/start.ts'), 'startTelemetry'>>;
  openUrl(): Promise<Pick<typeof import('./open-url.ts'), 'openUrl'>>;
  log(): Promise<Pick<typeof import('../log/index.ts'), 'openLog' | 'readLogFile' | 'toData' | 'InputLog'>>;
  document(): Promise<Pick<typeof import('../runtime/document.ts'), 'readDocument'>>;
}
