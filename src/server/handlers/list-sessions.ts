import { json, problem } from '../answer.ts';
import type { Handler } from '../handler.ts';
import { decodeCursor, encodeCursor, pageSize } from '../paging.ts';

export const listSessions: Handler<'listSessions'> = ({ engine, world, query, project }) => {
  const { choices, seed, views } = engine;
  const size = pageSize(query.page_size, choices);
  if (size === null) return problem(400, 'Invalid page size');
  const scope = `${seed} sessions ${project}`;
  const cursor = query.page_token ? decodeCursor(query.page_token, scope) : null;
  if (query.page_token && !cursor && !engine.lenient && choices.bad_page_token === 'reject') {
    return problem(400, choices.bad_page_token_detail);
  }
  const { sessions } = world;
  const asOf = Math.min(cursor?.asOf ?? sessions.writes, sessions.writes);
  const listing = sessions.list(project, asOf);
  const start = cursor
    ? listing.findIndex((session) => sessions.compare(sessions.position(session, asOf), cursor) > 0)
    : 0;
  const page = start === -1 ? [] : listing.slice(start, start + size);
  const last = page.at(-1);
  const isLastPage = !last || start + size >= listing.length;
  const token = isLastPage ? null : encodeCursor({ asOf, ...sessions.position(last, asOf) }, scope);
  return json(200, views.list(page, token));
};
