import { facts } from '../generated/facts.ts';
import { wireContract } from './wire-contract.ts';

/** Returns the words of the fact that a source cites; null where it cites something else. */
export function factOf(source: string): string | null {
  const [, anchor = ''] = source.split(wireContract(''));
  return Object.hasOwn(facts, anchor) ? (facts[anchor] ?? null) : null;
}
