import { type Exchange, isSuccess, jsonOf } from './exchange.ts';

/** The ids that a server has given to the sessions of a run, in all of its flows. */
export interface IdLog {
  /** Notes the id that a create was answered with, if this is one. */
  note(exchange: Exchange): void;
  /** Whether a create was answered with an id that an earlier one of the run was answered with. */
  isRepeated(exchange: Exchange): boolean;
}

/** Creates a log of ids that has none. */
export function createIdLog(): IdLog {
  const ids = new Set<string>();
  const repeated = new WeakSet<Exchange>();
  return {
    note: (exchange) => {
      if (exchange.operation !== 'createSession' || !isSuccess(exchange)) return;
      const value = jsonOf(exchange);
      const id = typeof value === 'object' && value !== null && 'session_id' in value ? value.session_id : undefined;
      if (typeof id !== 'string') return;
      if (ids.has(id)) repeated.add(exchange);
      ids.add(id);
    },
    isRepeated: (exchange) => repeated.has(exchange),
  };
}
