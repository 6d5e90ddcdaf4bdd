import { useState } from 'react';
import { useIntl } from 'react-intl';
import type { CountersignBridge, SyncStatus } from '../../shared/contracts/ipc.ts';
import { Button } from '../components/button.tsx';
import { Heading } from '../components/screen.tsx';
import { useSay } from '../words/words.tsx';
import { Counters } from './counters.tsx';
import { KioskFacts } from './kiosk-facts.tsx';
import classes from './manager.module.css';
import { Records } from './records.tsx';
import { Reset } from './reset.tsx';
import { StaffPin } from './staff-pin.tsx';
import { useManagerStatus } from './use-manager-status.ts';
import { needsAttention, statusSentences } from './words.ts';

/** How the kiosk is, in words and three figures; then its newest records; then what is seldom needed, and last the reset. */
export function ManagerScreen({ bridge, onLeave }: { bridge: CountersignBridge; onLeave: () => void }) {
  const say = useSay();
  const { status, failed, now, refresh } = useManagerStatus(bridge);
  const [asked, setAsked] = useState(false);
  const syncing = asked || status?.sync.running === true;

  const sync = async () => {
    if (syncing) return;
    setAsked(true);
    await bridge.syncNow();
    setAsked(false);
    refresh();
  };

  return (
    <main className={classes.screen} data-screen="manager">
      <header className={classes.bar}>
        <Heading>{say('manager.title')}</Heading>
        <p>{say('manager.leaves')}</p>
        <Button onPress={onLeave}>{say('manager.leave')}</Button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard (WCAG 2.1.1). */}
      <div className={classes.page} tabIndex={0}>
        {status === null ? (
          <p className={classes.strip} role="status">
            {say(failed ? 'manager.unreadable' : 'manager.reading')}
          </p>
        ) : (
          <>
            <section className={classes.strip} data-waiting={needsAttention(status.sync) || undefined}>
              <StatusWords sync={status.sync} now={now} />
              {/* A kiosk that was switched off sends nothing, whoever asks. */}
              {status.sync.resultCode !== 'kiosk_revoked' && (
                <Button kind="main" onPress={() => void sync()}>
                  {say(syncing ? 'manager.syncing' : 'manager.sync')}
                </Button>
              )}
              {syncing && <Progress sync={status.sync} />}
            </section>
            <Counters sync={status.sync} />
            <div className={classes.columns}>
              <Records recent={status.recent} />
              <div className={classes.seldom}>
                <StaffPin bridge={bridge} isSet={status.staffPin} onChange={refresh} />
                <KioskFacts status={status} now={now} />
                <Reset bridge={bridge} unsent={status.sync.unsent} onReset={onLeave} />
              </div>
            </div>
          </>
        )}
      </div>
    </main>
  );
}

function StatusWords({ sync, now }: { sync: SyncStatus; now: number }) {
  const say = useSay();
  const intl = useIntl();
  return (
    <p className={classes.words} role="status">
      {statusSentences(sync, now, say, intl).join(' ')}
    </p>
  );
}

function Progress({ sync }: { sync: SyncStatus }) {
  const say = useSay();
  const { done, total } = sync.progress ?? { done: 0, total: sync.unsent };
  const words = say('manager.progress', { done, total });
  return (
    <div className={classes.progress}>
      <progress max={Math.max(1, total)} value={done} aria-label={words} />
      <span>{words}</span>
    </div>
  );
}
