import { createHash } from 'node:crypto';
import type { AuditEnd, AuditHead } from '../../../protocol/audit/format.ts';
import { signBytes } from '../../../protocol/signing.ts';
import type { Database } from '../../platform/database/connection.ts';
import { readEpoch } from '../../platform/database/installation.ts';
import type { ServerKeys } from '../../platform/keys/keys.ts';
import { readCountersignatures, readHighestSequence, readLedgerPage } from './ledger-repository.ts';

/**
 * The ledger of a kiosk as the lines of an audit file, a page of the database at a time.
 * @returns null where there is no such kiosk.
 */
export async function exportLedger(
  db: Database,
  { signing }: Pick<ServerKeys, 'signing'>,
  kioskId: string,
  now: Date,
): Promise<AsyncGenerator<string> | null> {
  const kiosk = await db.selectFrom('kiosks').selectAll().where('id', '=', kioskId).executeTakeFirst();
  if (kiosk === undefined) return null;
  const head: AuditHead = {
    audit: 1,
    exportedAt: now.toISOString(),
    kiosk: {
      id: kiosk.id,
      storeId: kiosk.store_id,
      devicePublicKey: kiosk.device_public_key,
      enrolledAt: kiosk.enrolled_at.toISOString(),
      revokedAt: kiosk.revoked_at?.toISOString() ?? null,
    },
    epoch: await readEpoch(db),
    signingKeys: [{ id: signing.id, publicKey: signing.publicKey }],
  };
  return linesOf(db, signing, head);
}

async function* linesOf(db: Database, signing: ServerKeys['signing'], head: AuditHead): AsyncGenerator<string> {
  const bytes = createHash('sha256');
  const counts = { records: 0, countersignatures: 0 };
  const line = (content: object): string => {
    const text = `${JSON.stringify(content)}\n`;
    bytes.update(text);
    return text;
  };
  yield line(head);
  for (const countersignature of await readCountersignatures(db, head.kiosk.id, 0, 0)) {
    counts.countersignatures += 1;
    yield line({ countersignature });
  }
  const highest = await readHighestSequence(db, head.kiosk.id);
  for (let after = 0; after < highest; ) {
    const page = await readLedgerPage(db, head.kiosk.id, after, highest);
    counts.records += page.records.length;
    counts.countersignatures += page.countersignatures.length;
    // The sort keeps the records of a sequence before the countersignatures about it.
    const contents = [
      ...page.records.map(({ sequence, ...record }) => ({ sequence, content: { record } })),
      ...page.countersignatures.map((countersignature) => ({
        sequence: countersignature.sequence,
        content: { countersignature },
      })),
    ].sort((one, other) => one.sequence - other.sequence);
    yield contents.map(({ content }) => line(content)).join('');
    after = page.upTo;
  }
  const signature = signBytes('audit', bytes.digest(), signing.privateKey);
  const end: AuditEnd = { ...counts, signingKeyId: signing.id, signature };
  yield `${JSON.stringify({ end })}\n`;
}
