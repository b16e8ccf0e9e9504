import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Frames } from '../server/control/frames.ts';
import type { FrameLine, StreamDetail } from '../server/control/shapes.ts';
import { callJson } from './api.ts';
import { messageOf } from './format.ts';
import { traffic, version } from './traffic.ts';

/** How often a running stream is asked for what is new. */
const POLL_MS = 120;

/** A frame with its bytes decoded. */
export interface Frame extends Omit<FrameLine, 'base64'> {
  readonly bytes: Uint8Array;
  /** The type of its event; else what it is. */
  readonly type: string;
}

/** A stream as far as it is known. */
export interface StreamState {
  readonly detail: StreamDetail | null;
  readonly frames: readonly Frame[];
  readonly problem: string | null;
  /** Asks for what is new at once, after an action. */
  readonly refresh: () => void;
}

/** Follows a stream until it is over. */
export function useStream(world: string | null, id: number): StreamState {
  const [state, setState] = useState<Omit<StreamState, 'refresh'>>({ detail: null, frames: [], problem: null });
  const wake = useRef<() => void>(() => {});
  useEffect(() => {
    const leaving = new AbortController();
    setState({ detail: null, frames: [], problem: null });
    void follow(leaving.signal);
    return () => leaving.abort();

    async function follow(signal: AbortSignal): Promise<void> {
      let frames: readonly Frame[] = [];
      let from = 0;
      while (!signal.aborted) {
        // Begins before the question, so that a change while it is answered is not slept through.
        const change = new Promise<void>((resolve) => {
          wake.current = resolve;
        });
        try {
          const news = await callJson<Frames>(`GET streams/${id}/frames?from=${from}`, { world, signal });
          if (news.frames.length > 0) frames = [...frames, ...news.frames.map(decode)];
          from = news.next;
          setState({ detail: news.stream, frames, problem: null });
          if (news.has_more) continue;
          if (news.stream.state === 'over') return;
          const isRunning = news.stream.state === 'running';
          await (isRunning ? Promise.race([change, pause(POLL_MS)]) : change);
        } catch (error) {
          if (signal.aborted) return;
          const problem = messageOf(error);
          setState((before) => ({ ...before, problem }));
          await Promise.race([change, pause(10 * POLL_MS)]);
        }
      }
    }
  }, [world, id]);
  // A change of its state comes over the live feed.
  const line = traffic.streamOf({ world, stream: id });
  const mark = `${version.value >= 0} ${line?.state} ${line?.hold} ${line?.end} ${line?.events}`;
  useEffect(() => wake.current(), [mark]);
  const refresh = useMemo(() => () => wake.current(), []);
  return { ...state, refresh };
}

function decode({ base64, ...frame }: FrameLine): Frame {
  const text = atob(base64);
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  const named = frame.event?.['type'];
  return { ...frame, bytes, type: typeof named === 'string' ? named : frame.kind };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms));
}
