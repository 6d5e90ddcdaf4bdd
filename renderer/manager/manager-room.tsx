import type { CountersignBridge } from '../../shared/contracts/ipc.ts';
import { Words } from '../words/words.tsx';
export default function ManagerRoom(_: { bridge: CountersignBridge; language: string; onLeave: () => void }) {
  return <Words language="en">x</Words>;
}
