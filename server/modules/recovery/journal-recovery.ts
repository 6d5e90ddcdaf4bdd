import type { Logger } from 'pino';
import { recordAction } from '../../platform/audit-trail/record-action.ts';
import { jobPrincipal } from '../../platform/auth/principals.ts';
import type { Recovery } from '../../platform/context.ts';
import { readEpoch, startNewEpoch } from '../../platform/database/installation.ts';
import { nextServerSequence, type Stretch } from '../../platform/database/server-sequence.ts';
import { inTransaction } from '../../platform/database/transaction.ts';
import type { Journal } from '../../platform/journal/journal.ts';
import { missingOf, type PlayBackContext, playBack } from './play-back.ts';

const recovery = jobPrincipal('recovery');

interface RecoverySettings extends PlayBackContext {
  journal: Journal;
  logger: Logger;
}

/** What a server does about a database that was restored from a backup: nothing is sent to anybody before the journal was played back. */
export class JournalRecovery implements Recovery {
  readonly #settings: RecoverySettings;
  /** The epoch in which this process knows the journal to be played back. */
  #playedBackIn: string | null = null;
  #playing: Promise<void> | null = null;

  constructor(settings: RecoverySettings) {
    this.#settings = settings;
  }

  /**
   * At the start of a server, before anything else: what the journal knows and the database does not was lost by a restore.
   * @param restored somebody says that there was one.
   */
  async start(restored: boolean): Promise<void> {
    const { db, journal } = this.#settings;
    await journal.open();
    const missing = await missingOf(db, await journal.read());
    const epoch = await readEpoch(db);
    if (restored || missing.length > 0) await this.begin(epoch, 0);
    else this.#playedBackIn = epoch;
    await journal.write();
  }

  async begin(from: string, beyond: number): Promise<void> {
    const { db, journal, logger, clock } = this.#settings;
    const last = (await journal.read()).at(-1)?.serverSequence ?? 0;
    const tried: Stretch[] = [];
    const adopted = await inTransaction(db, async (transaction) => {
      if (!(await startNewEpoch(transaction, from, Math.max(beyond, last), tried))) return false;
      const about = { kind: 'epoch', id: await readEpoch(transaction) } as const;
      await recordAction(transaction, recovery, { action: 'epoch.begun', about }, clock());
      if (!journal.isMissing) return false;
      const confirmed_anew_after = await nextServerSequence(transaction);
      await transaction.updateTable('server_state').set({ confirmed_anew_after, asks_anew: true }).execute();
      await journal.adopt(transaction);
      return true;
    });
    if (adopted) {
      journal.adopted();
      logger.warn(
        'restored without a journal: everybody is asked again, and nothing else is sent to them before they confirm',
      );
    }
    await this.caughtUp();
  }

  async caughtUp(): Promise<void> {
    const epoch = await readEpoch(this.#settings.db);
    if (epoch === this.#playedBackIn) return;
    this.#playing ??= this.#catchUp(epoch).finally(() => {
      this.#playing = null;
    });
    await this.#playing;
  }

  async #catchUp(epoch: string): Promise<void> {
    const { db, journal, logger, clock } = this.#settings;
    const missing = await missingOf(db, await journal.read());
    await playBack(this.#settings, missing);
    if (missing.length > 0) {
      const about = { kind: 'epoch', id: epoch } as const;
      const played = { action: 'journal.played_back', about } as const;
      await inTransaction(db, (transaction) => recordAction(transaction, recovery, played, clock()));
    }
    this.#playedBackIn = epoch;
    logger.warn({ entries: missing.length }, 'the journal was played back');
  }
}
