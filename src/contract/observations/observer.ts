import type { Choices } from '../../api/choices.ts';
import type { Exchange } from '../record/exchange.ts';

/** Reads off what a server does where it is free. Pure: it looks at what was recorded, whatever it was recorded for. */
export interface Observer {
  /** What it is about, for people. */
  readonly about: string;
  /** The mock's setting that says the same; null where there is none. */
  readonly choice: keyof Choices | null;
  /** Undefined: this flow does not show it. */
  see(exchanges: readonly Exchange[]): unknown;
}
