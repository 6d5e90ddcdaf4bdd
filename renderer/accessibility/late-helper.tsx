import { lazy, Suspense } from 'react';
import { useBehindFirstFrame } from '../parts/use-moments.ts';

const Helper = lazy(() => import('./helper.tsx'));

/** Everything that helps with the screen, fetched once the screen itself is there. */
export function LateHelper() {
  return <Suspense>{useBehindFirstFrame() && <Helper />}</Suspense>;
}
