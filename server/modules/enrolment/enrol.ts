import { randomUUID } from 'node:crypto';
import type { Transaction } from 'kysely';
import { genesisHash } from '../../../protocol/chain.ts';
import { type EnrolmentAnswer, type EnrolmentRequest, enrolmentCodeSchema } from '../../../shared/contracts/wire.ts';
import { CodedError } from '../../../shared/errors.ts';
import { recordAction } from '../../platform/audit-trail/record-action.ts';
import { kioskPrincipal } from '../../platform/auth/principals.ts';
import type { Database } from '../../platform/database/connection.ts';
import { readEpoch } from '../../platform/database/installation.ts';
import { nextServerSequence } from '../../platform/database/server-sequence.ts';
import { inTransaction } from '../../platform/database/transaction.ts';
import type { Tables } from '../../platform/database/types.ts';
import type { ServerKeys } from '../../platform/keys/keys.ts';
import type { SignedConfigurations } from '../configuration/signed.ts';
import { countersignStatements } from '../countersigning/countersigning.ts';
import { redeemCode } from './codes.ts';

/**
 * Lets a kiosk join: its id and its device key are bound from here on, and it gets everything it pins. If the answer was lost, the
 * same code with the same device key gets the same answer, as long as the code is remembered.
 * @throws CodedError enrolment_code_refused, for whatever reason.
 */
export async function enrol(
  db: Database,
  keys: ServerKeys,
  configurations: SignedConfigurations,
  request: EnrolmentRequest,
  now: Date,
): Promise<EnrolmentAnswer> {
  const code = enrolmentCodeSchema.safeParse(request.code);
  if (!code.success) throw new CodedError('enrolment_code_refused');
  const joined = await inTransaction(db, async (transaction) => {
    const newId = randomUUID();
    const redeemed = await redeemCode(transaction, keys.master, code.data, newId, now);
    if (redeemed === null) return null;
    const { storeId, usedBefore } = redeemed;
    const kioskId = usedBefore ?? newId;
    if (usedBefore === null) {
      const kiosk = {
        id: kioskId,
        store_id: storeId,
        device_public_key: request.devicePublicKey,
        application_version: request.applicationVersion,
        enrolled_at: now,
      };
      await transaction.insertInto('kiosks').values(kiosk).execute();
    } else if (!(await isKiosk(transaction, usedBefore, request.devicePublicKey))) return null;
    const epoch = await readEpoch(transaction);
    const chainHash = genesisHash(kioskId, request.devicePublicKey);
    const serverSequence = await nextServerSequence(transaction);
    const start = { kioskId, sequence: 0, chainHash, serverSequence, serverTime: now, isNew: usedBefore === null };
    const [countersignature] = await countersignStatements(transaction, keys.signing, epoch, [start]);
    if (countersignature === undefined) throw new CodedError('internal');
    const about = { kind: 'kiosk', id: kioskId } as const;
    await recordAction(transaction, kioskPrincipal(kioskId), { action: 'kiosk.enrolled', about }, now);
    return { kioskId, storeId, epoch, countersignature };
  });
  if (joined === null) throw new CodedError('enrolment_code_refused');
  const { kioskId, storeId, epoch, countersignature } = joined;
  return {
    kioskId,
    storeId,
    epoch,
    serverTime: now.toISOString(),
    signingKey: { id: keys.signing.id, publicKey: keys.signing.publicKey },
    sealKey: { id: keys.seal.id, publicKey: keys.seal.publicKey },
    countersignature,
    configuration: (await configurations.issuedTo(storeId, db)).signed,
  };
}

async function isKiosk(transaction: Transaction<Tables>, id: string, devicePublicKey: string): Promise<boolean> {
  const kiosk = await transaction
    .selectFrom('kiosks')
    .select('id')
    .where('id', '=', id)
    .where('device_public_key', '=', devicePublicKey)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return kiosk !== undefined;
}
