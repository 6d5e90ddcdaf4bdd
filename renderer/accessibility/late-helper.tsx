import { lazy, Suspense } from 'react';
import { useFailures } from '../failures.ts';
import { Boundary } from '../parts/boundary.tsx';
import { useBehindFirstFrame } from '../parts/use-moments.ts';

const Helper = lazy(() => import('./helper.tsx'));

/** Everything that helps with the screen, fetched once the screen itself is there. Without it the screen goes on. */
export function LateHelper() {
  const failures = useFailures();
  const wanted = useBehindFirstFrame();
  return (
    <Boundary fallback={null} onFailure={(error) => failures.bearable('part', error)}>
      <Suspense>{wanted && <Helper />}</Suspense>
    </Boundary>
  );
}
