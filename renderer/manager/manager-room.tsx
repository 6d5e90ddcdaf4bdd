import { useCallback, useEffect, useState } from 'react';
import type { CountersignBridge } from '../../shared/contracts/ipc.ts';
import { Words } from '../words/words.tsx';
import { ManagerScreen } from './manager.tsx';
import { PinScreen } from './pin.tsx';

/** Without a touch for this long the room closes by itself. */
const leaveAfterMilliseconds = 60_000;

/** The manager's room: a PIN, then the screen behind it. Leaving by any way locks it again in the main process. */
export default function ManagerRoom({
  bridge,
  language,
  country,
  onLeave,
}: {
  bridge: CountersignBridge;
  language: string;
  /** Where the shop is. */
  country: string | undefined;
  onLeave: () => void;
}) {
  const [unlocked, setUnlocked] = useState(false);
  const leave = useCallback(() => {
    void bridge.lockManager();
    onLeave();
  }, [bridge, onLeave]);
  useLeaveWhenAlone(leave);
  return (
    <Words language={language} country={country}>
      {unlocked ? (
        <ManagerScreen bridge={bridge} onLeave={leave} />
      ) : (
        <PinScreen bridge={bridge} onUnlocked={() => setUnlocked(true)} onLeave={leave} />
      )}
    </Words>
  );
}

function useLeaveWhenAlone(leave: () => void): void {
  useEffect(() => {
    let timer = window.setTimeout(leave, leaveAfterMilliseconds);
    const again = () => {
      window.clearTimeout(timer);
      timer = window.setTimeout(leave, leaveAfterMilliseconds);
    };
    document.addEventListener('pointerdown', again, { capture: true, passive: true });
    document.addEventListener('keydown', again, { capture: true, passive: true });
    return () => {
      window.clearTimeout(timer);
      document.removeEventListener('pointerdown', again, { capture: true });
      document.removeEventListener('keydown', again, { capture: true });
    };
  }, [leave]);
}
