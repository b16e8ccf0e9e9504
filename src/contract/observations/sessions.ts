import type { Choices } from '../../api/choices.ts';
import { byRole, fieldsOf, idOf, isFields, itemsOf, listedIds } from '../checks/select.ts';
import { isEmpty } from '../flow/values.ts';
import { type Exchange, isSuccess, statusOf } from '../record/exchange.ts';
import type { Observer } from './observer.ts';

const firstOf = (exchanges: readonly Exchange[], role: string) => byRole(exchanges, role)[0];
const titleOf = (exchange: Exchange | undefined) => exchange && fieldsOf(exchange)['generated_title'];
const promptOf = (exchange: Exchange | undefined) =>
  (exchange?.sent as { readonly prompt?: string } | undefined)?.prompt; // A flow's body.

const orders: Readonly<Record<string, Choices['list_order']>> = {
  'latest opened later': 'updated_desc',
  'later opened latest': 'updated_asc',
  'latest later opened': 'created_desc',
  'opened later latest': 'created_asc',
};

/** Of three sessions in order of creation, the first had a turn before the last was created. */
function orderOf(exchanges: readonly Exchange[]): Choices['list_order'] | undefined {
  const listed = listedIds(byRole(exchanges, 'page_2'));
  const places = ['opened', 'later', 'latest'].map((role) => {
    const created = firstOf(exchanges, role);
    return { role, place: created ? listed.indexOf(idOf(created)) : -1 };
  });
  if (places.some(({ place }) => place === -1)) return undefined;
  const seen = places.toSorted((a, b) => a.place - b.place).map(({ role }) => role);
  return orders[seen.join(' ')];
}

/** How much of the first message a title keeps, and its suffix. */
function titleShape(exchanges: readonly Exchange[]): { readonly length: number; readonly suffix: string } | undefined {
  const titled = firstOf(exchanges, 'titled');
  const message = (titled?.sent as { readonly first_message?: string } | undefined)?.first_message; // A flow's body.
  const title = titleOf(titled);
  if (typeof title !== 'string' || message === undefined) return undefined;
  let kept = 0;
  while (kept < title.length && title[kept] === message[kept]) kept += 1;
  return kept === 0 || kept === message.length ? undefined : { length: kept, suffix: title.slice(kept) };
}

/** Observes how sessions, lists and titles behave. */
export const sessionObservers: readonly Observer[] = [
  {
    about: 'optional keys without a value',
    choice: 'optional_keys',
    see: (exchanges) => {
      const view = exchanges.find((one) => one.role === 'untitled' && isSuccess(one)) ?? firstOf(exchanges, 'opened');
      if (!view || !isSuccess(view)) return undefined;
      const fields = fieldsOf(view);
      const keys = ['generated_title', 'job_metadata', 'index_ids'];
      if (keys.some((key) => fields[key] === null)) return 'null';
      return keys.every((key) => !(key in fields)) ? 'omitted' : undefined;
    },
  },
  {
    about: 'next_page_token on the last page',
    choice: 'last_page_token',
    see: (exchanges) => {
      const last = byRole(exchanges, 'walked').at(-1);
      if (!last || !isSuccess(last) || !isEmpty(fieldsOf(last)['next_page_token'])) return undefined;
      const token = fieldsOf(last)['next_page_token'];
      return token === undefined ? 'omitted' : token === null ? 'null' : 'empty';
    },
  },
  { about: 'order of the list', choice: 'list_order', see: orderOf },
  {
    about: 'sessions on a page when nobody asks for a size, where there are more',
    choice: 'page_size_default',
    see: (exchanges) => {
      const page = firstOf(exchanges, 'first_page');
      return page && !isEmpty(fieldsOf(page)['next_page_token']) ? itemsOf(page).length : undefined;
    },
  },
  {
    about: 'a page_size of 0',
    choice: 'page_size_not_positive',
    see: (exchanges) => {
      const page = firstOf(exchanges, 'size_zero');
      return page && (isSuccess(page) ? 'default' : statusOf(page) === 400 ? 'reject' : undefined);
    },
  },
  {
    about: 'a page token that nobody gave out',
    choice: 'bad_page_token',
    see: (exchanges) => {
      const page = firstOf(exchanges, 'bad_token');
      return page && (isSuccess(page) ? 'first_page' : 'reject');
    },
  },
  {
    about: 'deleting what is gone already',
    choice: 'second_delete',
    see: (exchanges) => {
      const again = firstOf(exchanges, 'deleted_again');
      return again && statusOf(again);
    },
  },
  {
    about: 'the form of last_updated_at',
    choice: 'timestamps',
    see: (exchanges) => {
      const time = exchanges
        .filter(isSuccess)
        .map((one) => fieldsOf(one)['last_updated_at'])
        .find((one) => one !== undefined);
      const text = String(time);
      if (time === undefined) return undefined;
      if (/T[\d:]+\.\d{6}$/.test(text)) return 'naive_microseconds';
      if (/T[\d:]+\.\d{6}Z$/.test(text)) return 'utc_microseconds';
      if (/T[\d:]+\.\d{3}Z$/.test(text)) return 'utc_milliseconds';
      return /^[\dTZ:.+ -]{1,40}$/.test(text) ? text.replaceAll(/\d/g, '0') : 'not a date';
    },
  },
  {
    about: 'whether a title moves last_updated_at',
    choice: 'touched_by_title',
    see: (exchanges) => {
      const [before, titled] = [firstOf(exchanges, 'untitled'), firstOf(exchanges, 'titled')];
      if (!before || !titled || !isSuccess(titled)) return undefined;
      return fieldsOf(before)['last_updated_at'] !== fieldsOf(titled)['last_updated_at'];
    },
  },
  { about: 'characters kept in a title', choice: 'title_length', see: (exchanges) => titleShape(exchanges)?.length },
  { about: 'what follows them', choice: 'title_suffix', see: (exchanges) => titleShape(exchanges)?.suffix },
  {
    about: 'whether the first turn gives a title',
    choice: 'title_from_prompt',
    see: (exchanges) => {
      const [turn, detail] = [firstOf(exchanges, 'turn'), firstOf(exchanges, 'detail')];
      if (!promptOf(turn) || !detail || !isSuccess(detail)) return undefined;
      return typeof titleOf(detail) === 'string' ? 'first_turn' : 'never';
    },
  },
  {
    about: 'shared_access of a session that was created without one',
    choice: 'shared_access_default',
    see: (exchanges) => {
      const created = firstOf(exchanges, 'shared_default');
      return created && fieldsOf(created)['shared_access'];
    },
  },
  {
    about: 'other index_ids for a session that was bound and has started',
    choice: 'locked_index_ids',
    see: (exchanges) => {
      const turn = firstOf(exchanges, 'other_indexes');
      return turn && (isSuccess(turn) ? 'ignore' : statusOf(turn) === 409 ? 'reject' : undefined);
    },
  },
  {
    about: 'keys beyond the schema',
    choice: null,
    see: (exchanges) => {
      const known = ['session_id', 'generated_title', 'last_updated_at', 'job_metadata', 'index_ids', 'shared_access'];
      const created = exchanges.find((one) => one.operation === 'createSession' && isSuccess(one));
      const extra = Object.keys(created ? fieldsOf(created) : {}).filter((key) => !known.includes(key));
      return extra.length > 0 && isFields(created && fieldsOf(created)) ? extra : undefined;
    },
  },
];
