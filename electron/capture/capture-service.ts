import { randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { toText } from '../../protocol/bytes.ts';
import { makeRecord, receiptCode } from '../../protocol/record.ts';
import type { CaptureDraft, CaptureReceipt } from '../../shared/contracts/ipc.ts';
import { CodedError } from '../../shared/errors.ts';
import { judgeNumber } from '../../shared/phone/judge.ts';
import type { Region } from '../../shared/phone/plan.ts';
import type { GivenBody } from '../../shared/record/body.ts';
import type { RecordHeader } from '../../shared/record/header.ts';
import type { ConfigurationInForce, Kiosk } from '../kiosk.ts';
import { storageError } from '../store/database.ts';
import type { Ledger } from '../store/ledger.ts';
import { agreedConfiguration } from './agreement.ts';
import type { SealPool } from './seal-pool.ts';

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
  }) {
    this.#ledger = parts.ledger;
    this.#kiosk = parts.kiosk;
    this.#seals = parts.seals;
    this.#clock = parts.clock;
    this.#applicationVersion = parts.applicationVersion;
    this.#onCaptured = parts.onCaptured;
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

  async #capture(draft: CaptureDraft): Promise<CaptureReceipt> {
    refuseUnusableNumber(draft, this.#kiosk.current.configuration.country);
    const agreed = agreedConfiguration(draft, this.#kiosk.configurationsInForce);
    const { sequence, header, recordId } = this.#nextHeader();
    const body = this.#body(draft, agreed);
    const record = await makeRecord(header, body, await this.#seals.take(), this.#kiosk.deviceKey);
    try {
      this.#ledger.append(record, sequence);
    } catch (error) {
      throw storageError(error);
    }
    this.#onCaptured();
    return { receiptCode: receiptCode(recordId) };
  }

  #nextHeader(): { sequence: number; recordId: string; header: RecordHeader } {
    const { identity } = this.#kiosk;
    const head = this.#ledger.head();
    const recordId = uuidv7();
    const sequence = head.sequence + 1;
    return {
      sequence,
      recordId,
      header: {
        version: 1,
        recordId,
        kioskId: identity.kioskId,
        storeId: identity.storeId,
        sequence,
        type: 'given',
        deviceTime: this.#clock.now().toISOString(),
        monotonicTime: this.#clock.monotonic(),
        lastCountersignature: head.lastCountersignature,
        sealKeyId: identity.sealKey.id,
        previousChainHash: head.chainHash,
      },
    };
  }

  #body(draft: CaptureDraft, agreed: ConfigurationInForce): GivenBody {
    return {
      number: draft.number,
      choices: draft.choices,
      notices: draft.notices,
      privacyNotice: draft.privacyNotice,
      language: draft.language,
      collectionMethod: 'self_service',
      screens: draft.screens,
      age: 'not_asked',
      verification: 'unverified',
      transactionReference: null,
      applicationVersion: this.#applicationVersion,
      configuration: agreed.hash,
      manageToken: toText(randomBytes(16)),
    };
  }
}

/** The screen has judged the number already; a door does not trust what comes through it. */
function refuseUnusableNumber({ number, choices }: CaptureDraft, region: Region): void {
  const textsNeeded = choices.some(({ answer, channel }) => answer === 'granted' && channel !== 'call');
  const verdict = judgeNumber(number, region, { textsNeeded, submitted: true });
  if (verdict.kind !== 'ok') {
    throw new CodedError(verdict.kind === 'refused' ? verdict.code : 'number_impossible');
  }
}
