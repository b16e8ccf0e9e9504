import type { Choices } from '../../api/choices.ts';
import type { Exchange } from '../record/exchange.ts';

/** Observes what a server does where the contract leaves it free. Pure: it reads recorded exchanges. */
export interface Observer {
  /** A description for people. */
  readonly about: string;
  /** The mock's setting for the same behaviour; null if there is none. */
  readonly choice: keyof Choices | null;
  /** Returns undefined if the flow does not show it. */
  see(exchanges: readonly Exchange[]): unknown;
}
