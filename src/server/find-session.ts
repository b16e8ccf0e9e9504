import { History } from '../world/history.ts';
import { type Session, unused } from '../world/session.ts';
import type { World } from '../world/world.ts';
import type { Engine } from './engine.ts';
import type { Call } from './handler.ts';

/** The session a path names, if the caller's project has it. A lenient server has every session, in every project. */
export function findSession({
  engine,
  world,
  path,
  project,
}: Pick<Call<'getSession'>, 'engine' | 'world' | 'path' | 'project'>): Session | null {
  const session = world.sessions.get(path.session_id);
  if (session && (project === null || session.project === project || engine.lenient)) return session;
  if (!engine.lenient) return null;
  return createSession({ engine, world, id: path.session_id, project: project ?? '' });
}

const NO_SCENARIOS: readonly string[] = [];

/** Adds an empty session. */
export function createSession({
  engine,
  world,
  id,
  project,
  indexIds = null,
  sharedAccess,
}: {
  readonly engine: Engine;
  readonly world: World;
  readonly id: string;
  readonly project: string;
  readonly indexIds?: readonly string[] | null;
  readonly sharedAccess?: Session['sharedAccess'] | null | undefined;
}): Session {
  const position = world.sessions.nextPosition(world.writeMicros());
  const session: Session = {
    id,
    project,
    title: null,
    indexIds,
    sharedAccess: sharedAccess ?? engine.choices.shared_access_default,
    jobMetadata: null,
    history: History.empty,
    turns: 0,
    use: unused,
    scenarios: NO_SCENARIOS,
    createdAt: position,
    updatedAt: position,
    earlier: null,
  };
  world.sessions.add(session);
  return session;
}
