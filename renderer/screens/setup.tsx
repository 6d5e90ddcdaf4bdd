import type { CountersignBridge } from '../../shared/contracts/ipc.ts';
export default function Setup(_: { bridge: CountersignBridge }) {
  return <p>setup</p>;
}
