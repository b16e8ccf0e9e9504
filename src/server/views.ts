import type { Choices } from '../api/choices.ts';
import { changes, type Edition, existsIn } from '../api/editions.ts';
import { formatMicros } from '../runtime/timestamp.ts';
import type { Session } from '../world/session.ts';

/** Sessions as JSON text. A session never changes (a write makes a new one), so its text can be kept. */
export class SessionViews {
  /** Whether sessions of the edition have `shared_access`. */
  readonly #hasAccess: boolean;
  readonly #choices: Choices;
  readonly #summaries = new WeakMap<Session, string>();

  constructor(edition: Edition, choices: Choices) {
    this.#hasAccess = existsIn(changes.shared_access, edition);
    this.#choices = choices;
  }

  summary(session: Session): string {
    const known = this.#summaries.get(session);
    if (known !== undefined) return known;
    const text = this.newSummary(session);
    this.#summaries.set(session, text);
    return text;
  }

  /** The summary of a session that was just created. It is not kept: most are deleted before anybody lists them. */
  newSummary(session: Session): string {
    if (this.#choices.optional_keys !== 'null') return JSON.stringify(this.#fields(session));
    // Piece by piece: to make an object of it all first takes as long as the rest of a create.
    const { id, title, updatedAt, jobMetadata, indexIds, sharedAccess } = session;
    const time = formatMicros(updatedAt.micros, this.#choices.timestamps);
    const start = `{"session_id":${JSON.stringify(id)},"generated_title":${toJson(title)},"last_updated_at":"${time}"`;
    const rest = `"job_metadata":${toJson(jobMetadata)},"index_ids":${toJson(indexIds)}`;
    return this.#hasAccess ? `${start},${rest},"shared_access":"${sharedAccess}"}` : `${start},${rest}}`;
  }

  detail(session: Session): string {
    return `${this.summary(session).slice(0, -1)},"events":${JSON.stringify(session.history.events)}}`;
  }

  list(sessions: readonly Session[], nextPageToken: string | null): string {
    const items = `{"items":[${sessions.map((session) => this.summary(session)).join(',')}]`;
    if (nextPageToken !== null) return `${items},"next_page_token":${JSON.stringify(nextPageToken)}}`;
    if (this.#choices.last_page_token === 'omitted') return `${items}}`;
    return `${items},"next_page_token":${this.#choices.last_page_token === 'null' ? 'null' : '""'}}`;
  }

  /** Without nulls. */
  #fields({ id, title, updatedAt, jobMetadata, indexIds, sharedAccess }: Session): object {
    const optional = { generated_title: title, job_metadata: jobMetadata, index_ids: indexIds };
    const { generated_title, job_metadata, index_ids } = withoutNulls(optional);
    return {
      session_id: id,
      generated_title,
      last_updated_at: formatMicros(updatedAt.micros, this.#choices.timestamps),
      job_metadata:
        job_metadata && this.#choices.optional_keys === 'omitted' ? withoutNulls(job_metadata) : job_metadata,
      index_ids,
      ...(this.#hasAccess && { shared_access: sharedAccess }),
    };
  }
}

function toJson(value: unknown): string {
  return value === null ? 'null' : JSON.stringify(value);
}

/** `undefined` for null, which JSON leaves out. */
function withoutNulls<T extends object>(fields: T): { [Key in keyof T]?: T[Key] } {
  const kept = Object.entries(fields).filter(([, value]) => value !== null);
  return Object.fromEntries(kept) as { [Key in keyof T]?: T[Key] }; // A subset of its own entries.
}
