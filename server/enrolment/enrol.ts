import { randomUUID } from 'node:crypto';
import { genesisHash } from '../../protocol/chain.ts';
import { type EnrolmentAnswer, type EnrolmentRequest, enrolmentCodeSchema } from '../../shared/contracts/wire.ts';
import { CodedError } from '../../shared/errors.ts';
import type { SignedConfigurations } from '../configuration/signed.ts';
import type { Database } from '../database/connection.ts';
import { countersignStatements } from '../intake/countersigning.ts';
import type { ServerKeys } from '../keys.ts';
import { redeemCode } from './codes.ts';

/**
 * Lets a kiosk join: its id and its device key are bound from here on, and it gets everything it pins.
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
  const kioskId = randomUUID();
  const storeId = await db.transaction().execute(async (transaction) => {
    const store = await redeemCode(transaction, keys.blindIndexKey, code.data, kioskId, now);
    if (store === null) return null;
    const kiosk = {
      id: kioskId,
      store_id: store,
      device_public_key: request.devicePublicKey,
      application_version: request.applicationVersion,
      enrolled_at: now,
    };
    await transaction.insertInto('kiosks').values(kiosk).execute();
    return store;
  });
  if (storeId === null) throw new CodedError('enrolment_code_refused');
  const start = { sequence: 0, chainHash: genesisHash(kioskId, request.devicePublicKey), serverTime: now };
  const { epoch, countersignatures } = await countersignStatements(db, keys.signing, kioskId, [start]);
  const [countersignature] = countersignatures;
  if (countersignature === undefined) throw new CodedError('internal');
  return {
    kioskId,
    storeId,
    epoch,
    serverTime: now.toISOString(),
    signingKey: { id: keys.signing.id, publicKey: keys.signing.publicKey },
    sealKey: { id: keys.seal.id, publicKey: keys.seal.publicKey },
    countersignature,
    configuration: configurations.forStore(storeId).signed,
  };
}
