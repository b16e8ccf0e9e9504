import { empty, errorAnswer, json, type WholeAnswer } from '../answer.ts';
import type { Engine } from '../engine.ts';
import { findSession } from '../find-session.ts';
import type { Handler } from '../handler.ts';
import { makeTitle } from '../title.ts';

/** `GET /api/v1/chat/{session_id}` */
export const getSession: Handler<'getSession'> = (call) => {
  const { engine, world } = call;
  const session = findSession(call);
  if (!session) return unknownSession(engine);
  // The history of a running turn grows without a write of its session.
  if (world.running.has(session.id)) return json(200, engine.views.detail(session));
  const asked = { key: `session\n${world.name ?? ''}\n${session.id}`, source: session };
  return json(200, engine.answers.recall(asked) ?? engine.answers.keep(asked, engine.views.detail(session)));
};

/** `GET /api/v1/chat/{session_id}/summary` */
export const getSessionSummary: Handler<'getSessionSummary'> = (call) => {
  const session = findSession(call);
  return session ? json(200, call.engine.views.summary(session)) : unknownSession(call.engine);
};

/** `DELETE /api/v1/chat/{session_id}` */
export const deleteSession: Handler<'deleteSession'> = (call) => {
  const session = findSession(call);
  if (session) {
    call.world.sessions.delete(session);
    call.world.resumable.forget(session.id);
  } else if (call.engine.choices.second_delete === 404) return unknownSession(call.engine);
  return empty(204);
};

/** `POST /api/v1/chat/{session_id}/title` */
export const generateSessionTitle: Handler<'generateSessionTitle'> = (call) => {
  const { engine, world, body } = call;
  const session = findSession(call);
  if (!session) return unknownSession(engine);
  world.storage.refuseWrite('write a title');
  const titled = { ...session, title: makeTitle(body.first_message, engine.choices) };
  const written = engine.choices.touched_by_title
    ? world.sessions.move(titled, world.writeMicros())
    : world.sessions.put(titled);
  return json(200, engine.views.summary(written));
};

/** The 404 for a session that does not exist in this project. */
export function unknownSession({ choices }: Engine): WholeAnswer<404> {
  return errorAnswer(404, choices.unknown_session_detail);
}
