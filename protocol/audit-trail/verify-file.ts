import { parseJson } from '../../shared/json.ts';
import { type TrailFault, trailFaults } from './faults.ts';
import type { TrailHead } from './format.ts';
import { TrailVerifier } from './verifier.ts';

/** Whether a file says of itself that it is an audit trail, whatever is wrong with it. */
export async function isTrail(lines: AsyncIterable<string>): Promise<boolean> {
  for await (const first of lines) {
    const json = parseJson(first);
    return typeof json === 'object' && json !== null && 'auditTrail' in json;
  }
  return false;
}

/** @param earlier heads of earlier exports from the same server, whose signatures hold. */
export async function verifyTrail(
  lines: AsyncIterable<string>,
  onFault: (fault: TrailFault) => void,
  earlier: readonly TrailHead[] = [],
): Promise<{ entries: number; head: TrailHead | null }> {
  const verifier = new TrailVerifier(onFault, earlier);
  for await (const text of lines) verifier.read(text);
  verifier.end();
  return { entries: verifier.entries, head: verifier.head };
}

/** `Line 7, entry 6: The hash of … (entry_altered)`. */
export const trailFaultInWords = ({ line, sequence, code }: TrailFault): string =>
  `Line ${line}${sequence === null ? '' : `, entry ${sequence}`}: ${trailFaults[code]} (${code})`;
