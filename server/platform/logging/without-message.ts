/** Messages of the database or of a parser may quote what they choked on; names, codes and places never do. */
export function withoutMessage(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { name: typeof error };
  const places = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    name: error.name,
    code: 'code' in error ? String(error.code) : undefined,
    places: places.slice(0, 8).map((line) => line.trim()),
    cause: error.cause === undefined ? undefined : withoutMessage(error.cause),
  };
}
