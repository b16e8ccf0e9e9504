import type { Row } from './row.ts';
import { requestRows } from './shapes/requests.ts';

/** Everything that is measured, in the order of the results. */
export const rows: readonly Row[] = [...requestRows];
