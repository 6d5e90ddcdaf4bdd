import canonicalizeJson from 'canonicalize';

/** JSON values that survive canonical encoding unchanged: no `undefined`, no NaN, no Date. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/**
 * RFC 8785 (JCS): the one text of a JSON value, so that two programs hash the same bytes.
 * The library drops keys whose value is `undefined` without a word, which would sign less than was meant: refused here.
 * @throws TypeError if a value is not JSON.
 */
export function canonicalJson(value: Json): string {
  refuseWhatJsonCannotHold(value);
  const text = canonicalizeJson(value);
  if (text === undefined) throw new TypeError('not a JSON value');
  return text;
}

/**
 * Whether `text` is the canonical JSON of `value`, which was parsed from it. Says the same as making the canonical text and
 * comparing, at a fraction of the price: parsing keeps the order of the keys, and JSON.stringify writes numbers and strings as
 * RFC 8785 wants them.
 */
export function isCanonicalJson(text: string, value: Json): boolean {
  return (JSON.stringify(value) === text && keysAreInOrder(value)) || canonicalJson(value) === text;
}

function keysAreInOrder(value: Json): boolean {
  if (value === null || typeof value !== 'object') return true;
  const keys = Array.isArray(value) ? [] : Object.keys(value);
  return (
    keys.every((key, index) => index === 0 || String(keys[index - 1]) < key) &&
    Object.values(value).every(keysAreInOrder)
  );
}

function refuseWhatJsonCannotHold(value: unknown): void {
  if (value === undefined || typeof value === 'bigint' || typeof value === 'function' || typeof value === 'symbol') {
    throw new TypeError(`no JSON value: ${typeof value}`);
  }
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError('no JSON number');
  if (value !== null && typeof value === 'object') Object.values(value).forEach(refuseWhatJsonCannotHold);
}
