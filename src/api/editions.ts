/** The known editions of the API, oldest first. */
export const editions = ['2026-05', '2026-08', '2026-09'] as const;
/** One known state of the API, such as `2026-05`. */
export type Edition = (typeof editions)[number];

/** The reference this project implements. */
export const defaultEdition: Edition = '2026-05';

/** In which editions a field or an operation exists: from `since` on (included), up to `until` (excluded). */
export interface Lifetime {
  readonly since?: Edition;
  readonly until?: Edition;
}

/** Editions are dates, so their order is that of their names. */
export function existsIn({ since, until }: Lifetime, edition: Edition): boolean {
  return (since === undefined || edition >= since) && (until === undefined || edition < until);
}

/** What is not in every edition. Models, operations, answers and checks go by this one table; no date is written elsewhere. */
export const changes = {
  shared_access: { since: '2026-09' },
  require_all_indexes: { since: '2026-09' },
  skipped_index_ids: { since: '2026-09' },
  /** `input` and `ctx` of a validation error: in the service's document from June 2026 on. */
  validation_details: { since: '2026-08' },
  generate_title: { until: '2026-08' },
} as const satisfies Record<string, Lifetime>;
