import { useEffect, useState } from 'preact/hooks';
import { callJson, needsToken, token } from './api.ts';
import { TokenForm } from './token-form.tsx';

/** The page. */
export function App() {
  const [isReady, setIsReady] = useState(false);
  const start = () => {
    callJson('GET holds').then(
      () => setIsReady(true),
      () => setIsReady(false),
    );
  };
  useEffect(start, []);
  if (needsToken.value) return <TokenForm hasFailed={token.value !== null} retry={start} />;
  return <main>{isReady ? 'Ready.' : 'Connecting…'}</main>;
}
