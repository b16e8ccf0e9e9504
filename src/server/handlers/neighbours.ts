import { FIXED_START_MICROS, formatMicros } from '../../runtime/timestamp.ts';
import type { IndexFixture } from '../../scenario/fixture-schema.ts';
import { errorAnswer, json } from '../answer.ts';
import { baseUrl } from '../base-path.ts';
import { signPage } from '../control/pages.ts';
import type { Handler } from '../handler.ts';
import { decodeCursor, encodeCursor, pageSize } from '../paging.ts';

const DAY_MICROS = 86_400_000_000;

/** Resolves any name to a page image that this server serves itself. */
export const getAttachment: Handler<'getAttachment'> = ({ engine, world, request, path, query }) => {
  const nowMicros = world.isRealTime ? engine.inputs.nowMicros() : FIXED_START_MICROS;
  const expiresAt = formatMicros(nowMicros + DAY_MICROS, 'utc_milliseconds');
  const url = `${baseUrl(request)}${signPage({ source_id: query.source_id, name: path.attachment_name, expiresAt, seed: engine.seed })}`;
  return json(200, JSON.stringify({ url, expires_at: expiresAt, form_fields: null }));
};

/** `GET /api/v1/indexes` */
export const listIndexes: Handler<'listIndexes'> = ({ engine, query }) => {
  const { choices, indexes, seed } = engine;
  const size = pageSize(query.page_size, choices);
  if (size === null) return errorAnswer(400, 'Invalid page size');
  const scope = `${seed} indexes`;
  const cursor = query.page_token ? decodeCursor(query.page_token, scope) : null;
  if (query.page_token && !cursor && !engine.lenient && choices.bad_page_token === 'reject') {
    return errorAnswer(400, choices.bad_page_token_detail);
  }
  const start = cursor?.write ?? 0;
  const items = indexes.fixtures.slice(start, start + size).map(toIndex);
  const end = start + items.length;
  const token = end < indexes.fixtures.length ? encodeCursor({ asOf: 0, micros: 0, write: end }, scope) : null;
  const page = { items, ...(token !== null && { next_page_token: token }), total_size: indexes.fixtures.length };
  return json(200, JSON.stringify(page));
};

/** `GET /api/v1/indexes/{index_id}` */
export const getIndex: Handler<'getIndex'> = ({ engine, path }) => {
  const { fixtures } = engine.indexes;
  const known = fixtures.find(({ id }) => id === path.index_id);
  // A lenient server has every index; an unknown one looks like the first.
  const index = known ?? (engine.lenient && fixtures[0] ? { ...fixtures[0], id: path.index_id } : null);
  return index ? json(200, JSON.stringify(toIndex(index))) : errorAnswer(404, 'Index not found');
};

/** The index as the API shows it; `files` and `reachable` belong to the mock alone. */
function toIndex({ files: _files, reachable: _reachable, ...index }: IndexFixture): object {
  return index;
}
