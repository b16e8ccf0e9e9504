import type { VerifyOptions } from '../../contract/index.ts';
import type { ChatMockOptions } from '../../node/mock.ts';
import type { Meddle } from '../meddle.ts';

/** A mock with one fault, and the check that must fail. */
export interface BrokenMock {
  /** The fault in a few words. */
  readonly fault: string;
  readonly breaks: string;
  /** Checks that must fail beside it: the mock has several faults that have nothing to do with each other. */
  readonly also?: readonly string[];
  readonly meddle: Meddle;
  readonly mock?: ChatMockOptions;
  readonly verify?: Pick<VerifyOptions, 'apiKey' | 'edition' | 'profile' | 'timeoutMs' | 'only' | 'fuzz' | 'stateful'>;
}

/** The faults that one check must find. */
export function breaking(
  breaks: string,
  faults: Readonly<Record<string, Meddle>>,
  rest: Omit<BrokenMock, 'fault' | 'breaks' | 'meddle'> = {},
): BrokenMock[] {
  return Object.entries(faults).map(([fault, meddle]) => ({ fault, breaks, meddle, ...rest }));
}

/** A mock of another edition than the default. */
export function inEditionOf(edition: '2026-08' | '2026-09') {
  return { mock: { edition }, verify: { edition } } as const;
}
