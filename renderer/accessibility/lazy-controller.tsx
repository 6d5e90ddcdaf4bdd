import { lazy, Suspense } from 'react';
import { Boundary } from '../components/boundary.tsx';
import { useBehindFirstFrame } from '../components/use-moments.ts';
import { useFailures } from '../failures.ts';

const Helper = lazy(() => import('./controller.tsx'));

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
