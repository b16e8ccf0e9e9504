import { byRole, fieldsOf, isFields, isWholeStream } from '../checks/select.ts';
import { type Exchange, isSuccess } from '../record/exchange.ts';
import { eventsOf } from '../verdict/stream-verdict.ts';
import type { Observer } from './observer.ts';

/** The event types of a complete turn; undefined if there was none. */
function typesOf(exchanges: readonly Exchange[]): string[] | undefined {
  const turn = exchanges.find((one) => isWholeStream(one) && eventsOf(one).length > 0);
  return turn && eventsOf(turn).map(({ value }) => (isFields(value) ? String(value['type']) : ''));
}

/** Event types without repetitions; deltas and thinking count as one. */
function orderOf(types: readonly string[]): string {
  return types.filter((type, index) => type !== types[index - 1]).join(' ');
}

function historyTypes(detail: Exchange | undefined): string[] | undefined {
  const events = detail && isSuccess(detail) ? fieldsOf(detail)['events'] : undefined;
  return Array.isArray(events) ? events.map((event) => (isFields(event) ? String(event['type']) : '')) : undefined;
}

/** Calls one after the other; those that are made at once count as one. */
const toolCalls = (types: readonly string[]) =>
  types.filter((type, index) => type === 'tool_call' && types[index - 1] !== 'tool_call').length;
const isDelta = (type: string) => type.endsWith('_delta');

/** Observes the order of events within turns. */
export const turnObservers: readonly Observer[] = [
  {
    about: 'order of events in a turn',
    choice: null,
    see: (exchanges) => {
      const types = typesOf(exchanges);
      return types && orderOf(types);
    },
  },
  {
    about: 'where the agent thinks',
    choice: 'thinking',
    see: (exchanges) => {
      const types = exchanges
        .filter((one) => isWholeStream(one))
        .map((one) => eventsOf(one).map(({ value }) => (isFields(value) ? String(value['type']) : '')))
        .toSorted((a, b) => toolCalls(b) - toolCalls(a))[0];
      if (!types || types.length === 0) return undefined;
      const thoughts = types.flatMap((type, index) => (type === 'thinking' ? [index] : []));
      if (thoughts.length === 0) return 'none';
      if (thoughts.length > 1) return 'each_tool';
      // With a single call, thinking first and thinking before each call look alike.
      return toolCalls(types) === 1 ? undefined : 'first';
    },
  },
  {
    about: 'thinking deltas without a complete thinking',
    choice: null,
    see: (exchanges) => {
      const types = typesOf(exchanges);
      return types?.includes('thinking_delta') ? !types.includes('thinking') : undefined;
    },
  },
  {
    about: 'whether the agent calls tools',
    choice: 'tools',
    see: (exchanges) => {
      const types = typesOf(exchanges);
      return types && (types.includes('tool_call') ? 'before_text' : 'none');
    },
  },
  {
    about: 'names of tools',
    choice: null,
    see: (exchanges) => {
      const names = exchanges
        .filter(isWholeStream)
        .flatMap((one) =>
          eventsOf(one).flatMap(({ value }) =>
            isFields(value) && value['type'] === 'tool_call' ? [String(value['name'])] : [],
          ),
        );
      return names.length > 0 ? [...new Set(names)] : undefined;
    },
  },
  {
    about: 'the input echoed on the stream',
    choice: 'echo_user_input',
    see: (exchanges) => typesOf(exchanges)?.includes('user_input'),
  },
  {
    about: 'deltas in the history of a whole turn',
    choice: 'deltas_in_history',
    see: (exchanges) => {
      const kept = historyTypes(byRole(exchanges, 'detail')[0]);
      const had = typesOf(exchanges)?.some(isDelta) ?? false;
      if (!kept || !had) return undefined;
      return kept.some(isDelta) ? 'always' : 'when_broken';
    },
  },
  {
    about: 'history of a turn that was left',
    choice: null,
    see: (exchanges) => {
      const types = historyTypes(byRole(exchanges, 'after_abort')[0]);
      return types && orderOf(types);
    },
  },
];
