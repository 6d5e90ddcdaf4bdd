import type { Batch } from '../../../shared/contracts/wire.ts';
import type { Progress, Signer } from '../fleet/nonces.ts';
import type { ChainAssessment } from './chain-integrity.ts';
import type { Arriving, WithKnown } from './known-records.ts';
import type { Accepted, Checked } from './verify-batch.ts';

/** A batch that a kiosk has signed and sent, and what verifyBatch says of it. */
export interface Delivery {
  signer: Signer;
  batch: Batch;
  checked: Checked[];
  from: string | null;
}

/** One that is new, whose turn it is, and whose kiosk is locked. */
export interface Admitted extends Arriving {
  delivery: Delivery;
  progress: Progress;
  accepted: Accepted[];
}

/** One whose records were compared with those that are here. */
export type Assessed = WithKnown<Admitted> & ChainAssessment;
