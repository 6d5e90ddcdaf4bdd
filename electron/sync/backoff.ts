const firstMilliseconds = 1_000;
const longestMilliseconds = 30_000;

/**
 * Full jitter: a random time between nothing and a ceiling that doubles with each failure, so that a thousand kiosks do not
 * come back together. It begins where the server asked for (Retry-After): those it sent away do not come back together either.
 * @param failures in a row, 1 or more. @param random in [0, 1).
 */
export function backoffMilliseconds(failures: number, retryAfterSeconds: number, random: number): number {
  const ceiling = Math.min(longestMilliseconds, firstMilliseconds * 2 ** (failures - 1));
  return retryAfterSeconds * 1000 + Math.round(random * ceiling);
}
