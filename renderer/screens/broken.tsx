import { useEffect, useState } from 'react';
import { firstLanguage, Words } from '../words/words.tsx';
import { StoppedScreen } from './stopped.tsx';

/** As a rule the page has begun anew by then. */
const patienceMilliseconds = 1_000;

/** The screens have failed as soon as they were there, and are tried again in a while. */
export function BrokenScreen() {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = window.setTimeout(() => setShown(true), patienceMilliseconds);
    return () => window.clearTimeout(timer);
  }, []);
  return (
    shown && (
      <Words language={firstLanguage()}>
        <StoppedScreen reason="screen_failed" />
      </Words>
    )
  );
}
