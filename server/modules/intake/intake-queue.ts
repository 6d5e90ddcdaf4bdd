import type { BatchAnswer } from '../../../shared/contracts/wire.ts';
import { CodedError } from '../../../shared/errors.ts';
import { isPassing } from '../../platform/jobs/failure.ts';
import type { OpeningContext } from '../opening/opening-worker.ts';
import type { Delivery } from './delivery.ts';
import { ingestBatches } from './ingest-batches.ts';

/** With more records than this a batch keeps a transaction busy by itself, and several of those are better under way at once. */
const fewRecords = 16;

interface Waiting {
  delivery: Delivery;
  alone: boolean;
  resolve: (answer: BatchAnswer) => void;
  reject: (error: unknown) => void;
}

/**
 * Lets batches of few records share a transaction, and so a commit and its statements: whatever comes while one is under way goes into
 * the next. Of 8 to 32 kiosks that send one record a request, six share one (`npm run bench -- online`). Nobody pays for a neighbour: a
 * batch that fails is tried again alone, one whose kiosk another server has in hand waits alone, and each has its own outcome.
 */
export class IntakeQueue {
  readonly #context: Pick<OpeningContext, 'db' | 'keys' | 'clock' | 'openingWorker'>;
  #waiting: Waiting[] = [];
  /** Each kiosk's batches are taken in one after another, in the order they came. */
  readonly #kiosksUnderWay = new Set<string>();
  #sharing = false;

  constructor(context: Pick<OpeningContext, 'db' | 'keys' | 'clock' | 'openingWorker'>) {
    this.#context = context;
  }

  /** Resolves when it is committed. @throws CodedError batch_early | request_replayed */
  take(delivery: Delivery): Promise<BatchAnswer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ delivery, alone: delivery.checked.length > fewRecords, resolve, reject });
      this.#begin();
    });
  }

  #begin(): void {
    const shared: Waiting[] = [];
    this.#waiting = this.#waiting.filter((each) => {
      const { id } = each.delivery.signer.kiosk;
      if (this.#kiosksUnderWay.has(id) || (this.#sharing && !each.alone)) return true;
      this.#kiosksUnderWay.add(id);
      if (each.alone) void this.#run([each], 'wait');
      else shared.push(each);
      return false;
    });
    if (shared.length === 0) return;
    this.#sharing = true;
    void this.#run(shared, 'skip').then(() => {
      this.#sharing = false;
      this.#begin();
    });
  }

  async #run(group: Waiting[], locked: 'wait' | 'skip'): Promise<void> {
    const { db, keys, clock, openingWorker } = this.#context;
    // Transactions that raise alarms of several kiosks do so by rising id, so that none waits for another in a circle.
    const deliveries = group
      .map(({ delivery }) => delivery)
      .sort((a, b) => compare(a.signer.kiosk.id, b.signer.kiosk.id));
    const again: Waiting[] = [];
    try {
      const { outcomes, toOpen } = await ingestBatches(db, keys.signing, deliveries, locked, clock());
      openingWorker.enqueue(toOpen);
      for (const each of group) {
        const outcome = outcomes.get(each.delivery);
        if (outcome === undefined && locked === 'skip') again.push({ ...each, alone: true });
        else if (outcome === undefined || outcome instanceof CodedError)
          each.reject(outcome ?? new CodedError('kiosk_unknown'));
        else each.resolve(outcome);
      }
    } catch (error) {
      if (group.length > 1 && !isPassing(error)) again.push(...group.map((each) => ({ ...each, alone: true })));
      else for (const each of group) each.reject(error);
    }
    for (const { signer } of deliveries) this.#kiosksUnderWay.delete(signer.kiosk.id);
    this.#waiting.unshift(...again);
    this.#begin();
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : 1);
