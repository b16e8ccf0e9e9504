import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import process from 'node:process';

/** The process that owns a ledger. */
export interface Owner {
  readonly pid: number;
  /** Start time in ticks since boot, because pids are reused. Null if the system does not provide it. */
  readonly start: string | null;
  /** The boot and pid namespace in which the pid is valid; in containers every main process is pid 1. */
  readonly place: string | null;
}

/** Identifies this process, so that a later run can see whether it still runs. */
export function whoAmI(): Owner {
  return { pid: process.pid, start: lookUp(process.pid)?.start ?? null, place: placeOf() };
}

/** Returns whether a process still runs; null if that cannot be determined. */
export function isRunning(owner: Owner, self: Owner): boolean | null {
  if (owner.place === null || owner.place !== self.place) return null;
  if (!exists(owner.pid)) return false;
  const found = lookUp(owner.pid);
  if (found === null || owner.start === null) return null;
  return found.start === owner.start && !found.isDefunct;
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // It is there, and someone else's.
  }
}

/** Null without /proc, or if it hides this process. */
function lookUp(pid: number): { readonly start: string; readonly isDefunct: boolean } | null {
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  // proc(5): the second field is the command in parentheses, which may itself contain spaces and parentheses.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, start] = [fields?.[0], fields?.[19]];
  // A zombie process keeps its pid.
  return start === undefined ? null : { start, isDefunct: state === 'Z' || state === 'X' };
}

function placeOf(): string | null {
  if (process.platform !== 'linux') return hostname();
  const boot = attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim());
  const namespace = attempt(() => readlinkSync('/proc/self/ns/pid'));
  return boot === null || namespace === null ? null : `${boot} ${namespace}`;
}

function attempt<Value>(read: () => Value): Value | null {
  try {
    return read();
  } catch {
    return null; // Not told here, which is an answer.
  }
}
