import { json, problem } from '../answer.ts';
import type { Handler } from '../handler.ts';
import { decodeCursor, encodeCursor, pageSize } from '../paging.ts';

const KEPT_PAGES = 64;
const encoder = new TextEncoder();

/** `GET /api/v1/chat` */
export const listSessions: Handler<'listSessions'> = ({ engine, world, query, project }) => {
  const { choices, seed, views } = engine;
  const size = pageSize(query.page_size, choices);
  if (size === null) return problem(400, 'Invalid page size');
  // Asked again and nothing was written: the same bytes. Joining and encoding 20 items costs as much as all of Hono.
  const asked = `${project}\n${size}\n${query.page_token ?? ''}`;
  const known = world.sessions.pages.get(asked);
  if (known !== undefined) return json(200, known);
  const scope = `${seed} sessions ${project}`;
  const cursor = query.page_token ? decodeCursor(query.page_token, scope) : null;
  if (query.page_token && !cursor && !engine.lenient && choices.bad_page_token === 'reject') {
    return problem(400, choices.bad_page_token_detail);
  }
  const { sessions } = world;
  const asOf = Math.min(cursor?.asOf ?? sessions.writes, sessions.writes);
  const page = sessions.page(project, { asOf, after: cursor, size });
  const token = page.next && encodeCursor({ asOf, ...page.next }, scope);
  const bytes = encoder.encode(views.list(page.sessions, token));
  if (sessions.pages.size >= KEPT_PAGES) sessions.pages.clear();
  sessions.pages.set(asked, bytes);
  return json(200, bytes);
};
