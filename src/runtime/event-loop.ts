/** Calls back after so many turns of the event loop, one at least: what other processes have sent by now is read by then. */
export function afterTurns(count: number, callback: () => void): void {
  const next = count > 1 ? () => afterTurns(count - 1, callback) : callback;
  // Only Node's runs after sockets were read, for certain.
  if (typeof setImmediate === 'function') setImmediate(next);
  else setTimeout(next);
}
