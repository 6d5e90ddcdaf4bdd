import type { SnapshotFrom } from 'xstate';
import type { CustomerFlow } from './customer-flow.ts';
import type { NumberScreenName } from './notices-on-screen.ts';

/** Where a save comes from; its screen stays while the disk writes. */
const reviews = { give: 'choices', stop: 'stop_confirm', change: 'change_confirm' } as const;

/** The screen that fits the state: they have the same name, apart from what happens in a moment. */
export function screenOf({ value, context }: SnapshotFrom<CustomerFlow>) {
  if (typeof value === 'string') return value;
  if ('attract' in value) return 'attract';
  const { step } = value.asking;
  const name = typeof step === 'string' ? step : onlyKey(step);
  return name === 'saving' || name === 'kept' ? reviews[context.task] : name;
}

function onlyKey<T extends object>(value: T): T extends unknown ? keyof T : never {
  const [name] = Object.keys(value);
  return name as T extends unknown ? keyof T : never;
}

const numberScreens: readonly string[] = ['number', 'stop_number', 'old_number', 'new_number'];

export function isNumberScreen(screen: string): screen is NumberScreenName {
  return numberScreens.includes(screen);
}
