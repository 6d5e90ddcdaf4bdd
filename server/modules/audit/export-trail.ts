import { signTrailHead } from '../../../protocol/audit-trail/chain.ts';
import type { TrailFile } from '../../../protocol/audit-trail/format.ts';
import { lastEntry, readTrail } from '../../platform/audit-trail/read-trail.ts';
import type { Database } from '../../platform/database/connection.ts';
import { readEpoch } from '../../platform/database/installation.ts';
import type { ServerKeys } from '../../platform/keys/keys.ts';

/** The audit trail as the lines of a file, a page of the database at a time. What is appended meanwhile is not in it. */
export async function* exportTrail(
  db: Database,
  { signing }: Pick<ServerKeys, 'signing'>,
  now: Date,
): AsyncGenerator<string> {
  const file: TrailFile = { auditTrail: 1, signingKeys: [{ id: signing.id, publicKey: signing.publicKey }] };
  yield line(file);
  const last = await lastEntry(db);
  for await (const entries of readTrail(db, last.sequence)) yield entries.map((entry) => line({ entry })).join('');
  const statement = { ...last, at: now.toISOString(), epoch: await readEpoch(db), signingKeyId: signing.id };
  yield line({ head: signTrailHead(statement, signing.privateKey) });
}

const line = (content: object): string => `${JSON.stringify(content)}\n`;
