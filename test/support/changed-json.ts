/** What JSON can hold. */
export type Value = string | number | boolean | null | Value[] | { [key: string]: Value };

/** Where each member stands: `record.header`, `countersignature.epoch`. */
export function pathsOf(value: Value, path: (string | number)[] = []): (string | number)[][] {
  if (value === null || typeof value !== 'object') return [path];
  return Object.entries(value).flatMap(([key, each]) =>
    pathsOf(each, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}

/** The value with another one there; without the member where `change` gives none. */
export function changedAt(
  value: Value,
  [key, ...rest]: (string | number)[],
  change: (old: Value) => Value | undefined,
): Value {
  if (key === undefined) return change(value) ?? null;
  const copy = structuredClone(value) as { [key: string]: Value };
  const next = rest.length === 0 ? change(copy[key] ?? null) : changedAt(copy[key] ?? null, rest, change);
  if (next === undefined) delete copy[key];
  else copy[key] = next;
  return copy;
}

/** Another value of the same form. */
export function other(old: Value): Value {
  if (typeof old === 'number') return old + 1;
  if (typeof old !== 'string') return 'x';
  const at = Math.floor(old.length / 2);
  const sign = old[at] ?? '';
  const swapped = /\d/.test(sign) ? String((Number(sign) + 1) % 10) : sign === 'a' ? 'b' : 'a';
  return `${old.slice(0, at)}${swapped}${old.slice(at + 1)}`;
}
