import { randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { toText } from '../../protocol/bytes.ts';
import { makeRecord, receiptCode } from '../../protocol/record.ts';
import type { CaptureDraft, CaptureReceipt } from '../../shared/contracts/ipc.ts';
import { CodedError } from '../../shared/errors.ts';
import type { Attestation, RecordType } from '../../shared/record/body.ts';
import type { RecordHeader } from '../../shared/record/header.ts';
import type { Kiosk } from '../kiosk.ts';
import { storageError } from '../store/database.ts';
import type { Ledger } from '../store/ledger.ts';
import { makeBody } from './make-body.ts';
import type { SealPool } from './seal-pool.ts';
import { withinItsBlocks } from './whole-blocks.ts';

/** Time as records need it. */
export interface Clock {
  now(): Date;
  /** Milliseconds since the machine was switched on. */
  monotonic(): number;
}

/**
 * The way of a number from the screen into the ledger: validate, seal, chain, sign, one durable transaction. When `save`
 * answers, the record survives the power cord, and nothing on this machine can read it.
 */
export class CaptureService {
  readonly #ledger: Ledger;
  readonly #kiosk: Kiosk;
  readonly #seals: SealPool;
  readonly #clock: Clock;
  readonly #applicationVersion: string;
  readonly #onCaptured: () => void;
  readonly #isOnline: () => boolean;
  readonly #takeAttestation: () => Attestation;
  #lastRecordId: string | undefined;
  /** Captures run one after another: each record names the hash of the one before. */
  #last: Promise<unknown> = Promise.resolve();
  #intent: { id: string; receipt: Promise<CaptureReceipt> } | undefined;

  constructor(parts: {
    ledger: Ledger;
    kiosk: Kiosk;
    seals: SealPool;
    clock: Clock;
    applicationVersion: string;
    onCaptured: () => void;
    isOnline: () => boolean;
    takeAttestation: () => Attestation;
  }) {
    this.#ledger = parts.ledger;
    this.#kiosk = parts.kiosk;
    this.#seals = parts.seals;
    this.#clock = parts.clock;
    this.#applicationVersion = parts.applicationVersion;
    this.#onCaptured = parts.onCaptured;
    this.#isOnline = parts.isOnline;
    this.#takeAttestation = parts.takeAttestation;
  }

  /**
   * Saves what the customer agreed to. The same intent again (a double tap) gets the same receipt and no second record; after
   * a failure the same intent may be tried again.
   * @throws CodedError as the contract names them for `capture:save`; then nothing was stored.
   */
  save(draft: CaptureDraft): Promise<CaptureReceipt> {
    if (this.#intent?.id === draft.intentId) return this.#intent.receipt;
    const receipt = this.#last.then(() => this.#capture(draft));
    this.#intent = { id: draft.intentId, receipt };
    this.#last = receipt.catch(() => {
      if (this.#intent?.id === draft.intentId) this.#intent = undefined;
    });
    return receipt;
  }

  /** Id of the record saved last, until `endSession`: a code can be sent for it. */
  get lastRecordId(): string | undefined {
    return this.#lastRecordId;
  }

  endSession(): void {
    this.#lastRecordId = undefined;
  }

  async #capture(draft: CaptureDraft): Promise<CaptureReceipt> {
    const seal = await this.#seals.take();
    const recordId = uuidv7();
    const manageToken = toText(randomBytes(16));
    const made = makeBody(draft, {
      inForce: this.#kiosk.configurationsInForce,
      wasInForce: (hash) => this.#kiosk.wasInForce(hash),
      takeAttestation: this.#takeAttestation,
      applicationVersion: this.#applicationVersion,
      manageToken,
    });
    const body = withinItsBlocks(made);
    const header = this.#nextHeader(draft.type, recordId);
    const record = await makeRecord(header, body, seal, this.#kiosk.deviceKey);
    // Here and not before: while the record was sealed the revocation may have come. Head office would refuse it for ever, so nobody
    // is promised anything.
    if (this.#kiosk.isRevoked) throw new CodedError('kiosk_revoked');
    try {
      this.#ledger.append(record, header.sequence, draft.type === 'withdrawn');
    } catch (error) {
      throw storageError(error);
    }
    this.#lastRecordId = recordId;
    this.#onCaptured();
    const { publicUrl } = this.#kiosk.current.configuration;
    const manageUrl = publicUrl === null || draft.type === 'withdrawn' ? null : `${publicUrl}/m/${manageToken}`;
    return { receiptCode: receiptCode(recordId), manageUrl, online: this.#isOnline() };
  }

  #nextHeader(type: RecordType, recordId: string): RecordHeader {
    const { identity } = this.#kiosk;
    const head = this.#ledger.head();
    return {
      version: 1,
      recordId,
      kioskId: identity.kioskId,
      storeId: identity.storeId,
      sequence: head.sequence + 1,
      type,
      deviceTime: this.#clock.now().toISOString(),
      monotonicTime: this.#clock.monotonic(),
      lastCountersignature: head.lastCountersignature,
      sealKeyId: identity.sealKey.id,
      previousChainHash: head.chainHash,
    };
  }
}
