import { useCallback, useState } from 'react';
import type { CountersignBridge } from '../../shared/contracts/ipc.ts';
import { useLeftAlone } from '../components/use-left-alone.ts';
import type { TimeWatch } from '../time-watch.ts';
import { Words } from '../words/words.tsx';
import { ManagerScreen } from './manager.tsx';
import { PinScreen } from './pin.tsx';

/** Without a touch for this long the room closes by itself. */
const leaveAfterMilliseconds = 60_000;

/** The manager's room: a PIN, then the screen behind it. Leaving by any way locks it again in the main process. */
export default function ManagerRoom({
  bridge,
  time,
  language,
  country,
  onLeave,
}: {
  bridge: CountersignBridge;
  time: TimeWatch;
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
  useLeftAlone(time, leaveAfterMilliseconds, leave);
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
