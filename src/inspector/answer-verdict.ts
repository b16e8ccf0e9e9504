import { useEffect, useState } from 'preact/hooks';
import { call } from './api.ts';
import { messageOf } from './format.ts';

/** How long nobody types before the answer is checked. */
const QUIET_MS = 250;

/** What the server says of the answer: null is good, undefined not known yet. */
export function useVerdict(text: string | null, world: string | null): string | null | undefined {
  const [verdict, setVerdict] = useState<string | null | undefined>(undefined);
  useEffect(() => {
    if (text === null) return;
    const leaving = new AbortController();
    setVerdict(undefined);
    const timer = setTimeout(() => {
      void judge(text, world, leaving.signal).then((said) => {
        if (!leaving.signal.aborted) setVerdict(said);
      });
    }, QUIET_MS);
    return () => {
      clearTimeout(timer);
      leaving.abort();
    };
  }, [text, world]);
  return verdict;
}

async function judge(text: string, world: string | null, signal: AbortSignal): Promise<string | null> {
  try {
    await call('POST next/check', { world, body: JSON.parse(text), signal });
    return null;
  } catch (error) {
    return messageOf(error);
  }
}
