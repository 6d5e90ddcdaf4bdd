import { useCallback, useEffect, useState } from 'react';
import type { CountersignBridge, ManagerStatus, SyncStatus } from '../../shared/contracts/ipc.ts';

const refreshMilliseconds = 5000;

export interface ManagerView {
  /** Null until it has been read; `failed` when it cannot be. */
  readonly status: ManagerStatus | null;
  readonly failed: boolean;
  readonly now: number;
  refresh(): void;
}

/** The state of the kiosk, read again every few seconds and after each sync event. */
export function useManagerStatus(bridge: CountersignBridge): ManagerView {
  const [status, setStatus] = useState<ManagerStatus | null>(null);
  const [failed, setFailed] = useState(false);
  const [now, setNow] = useState(() => Date.now());
  const refresh = useCallback(() => {
    void bridge.managerStatus().then((result) => {
      setNow(Date.now());
      setFailed(!result.ok);
      if (result.ok) setStatus(result.value);
    });
  }, [bridge]);
  useEffect(() => {
    refresh();
    const timer = window.setInterval(refresh, refreshMilliseconds);
    const stop = bridge.onSync((sync: SyncStatus) => {
      setStatus((before) => (before === null ? null : { ...before, sync }));
      if (!sync.running) refresh();
    });
    return () => {
      window.clearInterval(timer);
      stop();
    };
  }, [bridge, refresh]);
  return { status, failed, now, refresh };
}
