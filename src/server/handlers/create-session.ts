import { json } from '../answer.ts';
import { createSession as addSession } from '../find-session.ts';
import type { Handler } from '../handler.ts';

/** `POST /api/v1/chat` */
export const createSession: Handler<'createSession'> = ({ engine, world, body, project }) => {
  const session = addSession({
    engine,
    world,
    id: world.newSessionId(),
    project: project ?? '',
    indexIds: body?.index_ids ?? null,
    sharedAccess: body?.shared_access,
  });
  return json(201, engine.views.newSummary(session));
};
