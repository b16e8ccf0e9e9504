import type { Choices } from '../../api/choices.ts';
import { byRole, fieldsOf, isFields } from '../checks/select.ts';
import { type Exchange, header, isSuccess, statusOf } from '../record/exchange.ts';
import type { Observer } from './observer.ts';

const firstOf = (exchanges: readonly Exchange[], role: string) => byRole(exchanges, role)[0];
const headerOf = (exchange: Exchange | undefined, name: string) =>
  exchange?.response && header(exchange.response, name);

/** The error text of an answer, if it is an error. */
function detailOf(exchange: Exchange | undefined): string | undefined {
  const detail = exchange && !isSuccess(exchange) ? fieldsOf(exchange)['detail'] : undefined;
  return typeof detail === 'string' ? detail : undefined;
}

function refusal(
  role: string,
  names: { readonly status: keyof Choices; readonly detail: keyof Choices },
  about: string,
): Observer[] {
  const refused = (exchanges: readonly Exchange[]) =>
    byRole(exchanges, role).find((one) => [401, 403].includes(statusOf(one)));
  return [
    {
      about: `status of ${about}`,
      choice: names.status,
      see: (exchanges) => {
        const one = refused(exchanges);
        return one && statusOf(one);
      },
    },
    { about: `text of ${about}`, choice: names.detail, see: (exchanges) => detailOf(refused(exchanges)) },
  ];
}

/** Observes how errors are answered. */
export const errorObservers: readonly Observer[] = [
  ...refusal('key_none', { status: 'auth_missing_status', detail: 'auth_missing_detail' }, 'a refusal without a key'),
  ...refusal('key_wrong_key', { status: 'auth_wrong_status', detail: 'auth_wrong_detail' }, 'a refusal of a wrong key'),
  {
    about: 'a key that nobody gave out',
    choice: null,
    see: (exchanges) => {
      const one = firstOf(exchanges, 'key_wrong_key');
      return one && (isSuccess(one) ? 'accepted' : 'refused');
    },
  },
  {
    about: 'WWW-Authenticate on a 401',
    choice: 'www_authenticate',
    see: (exchanges) => {
      const one = byRole(exchanges, 'key_none').find((refused) => statusOf(refused) === 401);
      return one && (headerOf(one, 'www-authenticate') ?? null);
    },
  },
  {
    about: 'text of the refusal of an unknown session',
    choice: 'unknown_session_detail',
    see: (exchanges) => detailOf(byRole(exchanges, 'unknown').find((one) => statusOf(one) === 404)),
  },
  {
    about: 'status of an unknown session',
    choice: null,
    see: (exchanges) => {
      const one = firstOf(exchanges, 'unknown');
      return one && statusOf(one);
    },
  },
  {
    about: 'text of the refusal of a bad page token',
    choice: 'bad_page_token_detail',
    see: (exchanges) => {
      const one = firstOf(exchanges, 'bad_token');
      return one && statusOf(one) === 400 ? detailOf(one) : undefined;
    },
  },
  {
    about: 'a trailing slash',
    choice: 'trailing_slash',
    see: (exchanges) => {
      const one = firstOf(exchanges, 'trailing_slash');
      const status = one ? statusOf(one) : 0;
      return status === 307 || status === 308 ? 'redirect' : status === 404 ? 'not_found' : one && status;
    },
  },
  {
    about: 'Allow on a 405',
    choice: 'allow_header',
    see: (exchanges) => {
      const one = firstOf(exchanges, 'other_method');
      const allow = one && statusOf(one) === 405 ? headerOf(one, 'allow') : undefined;
      return typeof allow === 'string' ? (allow.includes(',') ? 'all_methods' : 'first_route') : undefined;
    },
  },
  {
    about: 'a second turn while one runs',
    choice: 'second_turn_while_running',
    see: (exchanges) => {
      const turns = [...byRole(exchanges, 'first_turn'), ...byRole(exchanges, 'second_turn')];
      if (turns.some((turn) => statusOf(turn) === 409)) return 'reject';
      return undefined;
    },
  },
  {
    about: 'x-should-retry on a 409',
    choice: 'conflict_should_retry',
    see: (exchanges) => {
      const one = exchanges.find((refused) => statusOf(refused) === 409);
      return one && (headerOf(one, 'x-should-retry') ?? null);
    },
  },
  {
    about: 'how far a loc leads, where an item of a list is wrong',
    choice: null,
    see: (exchanges) => {
      const depths = exchanges.flatMap((one) => {
        const { expectation } = one;
        if (expectation.kind !== 'refused_input' || expectation.place.length < 3 || statusOf(one) !== 422) return [];
        const { detail } = fieldsOf(one);
        const [first] = Array.isArray(detail) ? detail : [];
        const loc = isFields(first) ? first['loc'] : undefined;
        return Array.isArray(loc) ? [loc.length < expectation.place.length ? 'to the field' : 'to the item'] : [];
      });
      return depths.length > 0 ? [...new Set(depths)].join(' and ') : undefined;
    },
  },
  {
    about: 'keys of a validation problem beyond loc, msg and type',
    choice: null,
    see: (exchanges) => {
      const one = exchanges.find((refused) => statusOf(refused) === 422);
      const detail = one && fieldsOf(one)['detail'];
      const [first] = Array.isArray(detail) ? detail : [];
      const keys = Object.keys(first ?? {}).filter((key) => !['loc', 'msg', 'type'].includes(key));
      return one && keys;
    },
  },
];
