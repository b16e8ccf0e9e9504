import type { Session } from '../../world/session.ts';
import { errorAnswer, json } from '../answer.ts';
import type { Handler } from '../handler.ts';
import { decodeCursor, encodeCursor, pageSize } from '../paging.ts';
import type { SessionViews } from '../views.ts';

/**
 * A page ends before it exceeds this, so that sessions bound to thousands of indexes do not add up. It holds at least
 * one session.
 */
export const MAX_PAGE_CHARACTERS = 2_000_000;

/** `GET /api/v1/chat` */
export const listSessions: Handler<'listSessions'> = ({ engine, world, query, project }) => {
  const { choices, seed, views } = engine;
  const size = pageSize(query.page_size, choices);
  if (size === null) return errorAnswer(400, 'Invalid page size');
  const key = `list\n${world.name ?? ''}\n${project}\n${size}\n${query.page_token ?? ''}`;
  const asked = { key, source: world.sessions.state };
  const known = engine.answers.recall(asked);
  if (known !== undefined) return json(200, known);
  const scope = `${seed} sessions ${project}`;
  const cursor = query.page_token ? decodeCursor(query.page_token, scope) : null;
  if (query.page_token && !cursor && !engine.lenient && choices.bad_page_token === 'reject') {
    return errorAnswer(400, choices.bad_page_token_detail);
  }
  const { sessions } = world;
  const asOf = Math.min(cursor?.asOf ?? sessions.writes, sessions.writes);
  const full = sessions.page(project, { asOf, after: cursor, size });
  const fitting = countFitting(full.sessions, views);
  const page = fitting === full.sessions.length ? full : sessions.page(project, { asOf, after: cursor, size: fitting });
  const token = page.next && encodeCursor({ asOf, ...page.next }, scope);
  return json(200, engine.answers.keep(asked, views.list(page.sessions, token)));
};

function countFitting(sessions: readonly Session[], views: SessionViews): number {
  let characters = 0;
  const tooMany = sessions.findIndex((session) => {
    characters += views.summary(session).length;
    return characters > MAX_PAGE_CHARACTERS;
  });
  return tooMany === -1 ? sessions.length : Math.max(1, tooMany);
}
