import type { Row } from './row.ts';
import { capacityRow } from './shapes/capacity.ts';
import { instantRows } from './shapes/instant.ts';
import { pacedRows } from './shapes/paced.ts';
import { requestRows } from './shapes/requests.ts';

/** Everything that is measured, in the order of the results. */
export const rows: readonly Row[] = [...instantRows, ...pacedRows, capacityRow, ...requestRows];
