import { useSelector } from '@xstate/react';
import { createContext, useContext } from 'react';
import type { ActorRefFrom } from 'xstate';
import type { FlowContext } from './context.ts';
import type { CustomerFlow } from './customer-flow.ts';

export type FlowActor = ActorRefFrom<CustomerFlow>;

export const FlowProvider = createContext<FlowActor | null>(null);

export function useFlow(): FlowActor {
  const actor = useContext(FlowProvider);
  if (actor === null) throw new Error('no flow around this screen');
  return actor;
}

/** One thing the session knows; only a change of exactly this thing draws the part again. */
export function useKnown<T>(select: (context: FlowContext) => T): T {
  return useSelector(useFlow(), (snapshot) => select(snapshot.context));
}
