import { useState } from 'react';
import { useIntl } from 'react-intl';
import type { CountersignBridge, SyncStatus } from '../../shared/contracts/ipc.ts';
import { Button } from '../parts/button.tsx';
import { Heading } from '../parts/screen.tsx';
import { useSay } from '../words/words.tsx';
import { Details } from './details.tsx';
import classes from './manager.module.css';
import { ResetDialog } from './reset-dialog.tsx';
import { useManagerStatus } from './use-manager-status.ts';
import { statusSentences } from './words.ts';

export function ManagerScreen({ bridge, onLeave }: { bridge: CountersignBridge; onLeave: () => void }) {
  const say = useSay();
  const { status, failed, now, refresh } = useManagerStatus(bridge);
  const [asked, setAsked] = useState(false);
  const [resetting, setResetting] = useState(false);
  const [reset, setReset] = useState<string | null>(null);
  const syncing = asked || status?.sync.running === true;

  const sync = async () => {
    if (syncing) return;
    setAsked(true);
    setReset(null);
    await bridge.syncNow();
    setAsked(false);
    refresh();
  };
  const confirmReset = async () => {
    setResetting(false);
    const result = await bridge.resetKiosk();
    if (result.ok) return onLeave();
    const { code, details } = result.error;
    const unsent = Number(details.unsent ?? status?.sync.unsent ?? 0);
    const refused = code === 'reset_refused_unsent';
    setReset(refused ? say('manager.reset.refused', { count: unsent }) : say('manager.reset.failed', { code }));
  };

  return (
    <main className={classes.screen} data-screen="manager">
      <header className={classes.bar}>
        <Heading>{say('manager.title')}</Heading>
        <p>{say('manager.leaves')}</p>
        <Button onPress={onLeave}>{say('manager.leave')}</Button>
      </header>
      {status === null ? (
        <p className={classes.strip} role="status">
          {say(failed ? 'manager.unreadable' : 'manager.reading')}
        </p>
      ) : (
        <>
          <StatusStrip sync={status.sync} now={now} />
          <div className={classes.actions}>
            <Button kind="main" onPress={() => void sync()}>
              {say(syncing ? 'manager.syncing' : 'manager.sync')}
            </Button>
            <Button onPress={() => setResetting(true)}>{say('manager.reset')}</Button>
            {syncing && <Progress sync={status.sync} />}
            <p className={classes.refusal} role="alert">
              {reset}
            </p>
          </div>
          <Details status={status} now={now} />
        </>
      )}
      {resetting && <ResetDialog onConfirm={() => void confirmReset()} onKeep={() => setResetting(false)} />}
    </main>
  );
}

function StatusStrip({ sync, now }: { sync: SyncStatus; now: number }) {
  const say = useSay();
  const intl = useIntl();
  const waiting = sync.unsent > 0 || sync.parked > 0 || !sync.online;
  return (
    <p className={classes.strip} data-waiting={waiting || undefined} role="status">
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
