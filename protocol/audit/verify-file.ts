import { type AuditFault, auditFaults } from './faults.ts';
import { type AuditSummary, AuditVerifier } from './verifier.ts';

/**
 * Verifies a file that can be read twice: a second time only if a body is not its record's, to see whether it is another's.
 * @param lines opens the file anew.
 */
export async function verifyAudit(
  lines: () => AsyncIterable<string>,
  onFault: (fault: AuditFault) => void,
): Promise<AuditSummary> {
  const verifier = new AuditVerifier(onFault);
  for await (const text of lines()) verifier.read(text);
  verifier.end();
  const strange = verifier.strangeBodies;
  if (strange.length === 0) return verifier.summary;
  const sought = new Set(strange.map(({ bodyHash }) => bodyHash));
  const owned = new Set<string>();
  for await (const text of lines()) {
    const hash = /"bodyHash":"([A-Za-z0-9_-]{43})"/.exec(text)?.[1] ?? '';
    if (sought.has(hash)) owned.add(hash);
  }
  for (const { bodyHash, ...place } of strange) {
    onFault({ ...place, code: owned.has(bodyHash) ? 'body_swapped' : 'body_altered' });
  }
  return verifier.summary;
}

/** `Line 7, record 3: The header is … (header_malformed)`. */
export const faultInWords = ({ line, sequence, code }: AuditFault): string =>
  `Line ${line}${sequence === null ? '' : `, sequence ${sequence}`}: ${auditFaults[code]} (${code})`;
