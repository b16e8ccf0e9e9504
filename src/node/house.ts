import type { Capacity } from '../server/engine.ts';
import type { Closing } from './closing.ts';
import { createDeliveryWatch } from './delivery.ts';
import type { Wiring } from './socket-transport.ts';

/** Shared by all doors of a server. */
export interface House extends Wiring {
  /** Where the API's paths begin, as `/llama`; '' for the root. */
  readonly basePath: string;
  /** The global Response is the adapter's own, which it writes without a detour. */
  readonly isLight: boolean;
  /** How long a client may pause within its body. */
  readonly uploadIdleMs: number;
}

interface Parts extends Pick<House, 'basePath' | 'isLight'>, Partial<Pick<House, 'rawSocket'>> {
  readonly closing: Closing;
  readonly capacity: Capacity;
}

/** Creates what the doors of one server share. */
export function createHouse({ capacity: { limits, waiting, refused }, ...parts }: Parts): House {
  return {
    rawSocket: (socket) => socket,
    ...parts,
    untilDelivered: createDeliveryWatch(),
    uploadIdleMs: limits.uploadIdleMs,
    waiting,
    onCut: () => refused.set('maxWaitingBytes', (refused.get('maxWaitingBytes') ?? 0) + 1),
  };
}
