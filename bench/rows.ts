import type { Row } from './row.ts';
import { abortRow } from './shapes/abort.ts';
import { capacityRow } from './shapes/capacity.ts';
import { fetchRow } from './shapes/fetch.ts';
import { growthRow } from './shapes/growth.ts';
import { hostileRequestsRow } from './shapes/hostile-requests.ts';
import { instantRows } from './shapes/instant.ts';
import { pacedRows } from './shapes/paced.ts';
import { peerRows } from './shapes/peers.ts';
import { programRows } from './shapes/programs.ts';
import { requestRows } from './shapes/requests.ts';
import { slowReadersRow } from './shapes/slow-readers.ts';
import { startUpRows } from './shapes/start-up.ts';
import { worldRows } from './shapes/worlds.ts';

/** Everything that is measured, in the order of the results. */
export const rows: readonly Row[] = [
  ...instantRows,
  ...pacedRows,
  capacityRow,
  abortRow,
  slowReadersRow,
  hostileRequestsRow,
  ...requestRows,
  ...startUpRows,
  ...worldRows,
  fetchRow,
  ...programRows,
  growthRow,
  ...peerRows,
];
