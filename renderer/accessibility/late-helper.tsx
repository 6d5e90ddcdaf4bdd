import { lazy, Suspense, useEffect, useState } from 'react';

const Helper = lazy(() => import('./helper.tsx'));

/** Everything that helps with the screen, fetched once the screen itself is there. */
export function LateHelper() {
  const [painted, setPainted] = useState(false);
  useEffect(() => {
    const task = window.setTimeout(() => setPainted(true));
    return () => window.clearTimeout(task);
  }, []);
  return <Suspense>{painted && <Helper />}</Suspense>;
}
