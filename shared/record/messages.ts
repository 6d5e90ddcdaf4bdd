import type { Channel, Choice } from './consent.ts';

/**
 * Whether something is sent on this channel. That takes a number that can receive it, and proof that it is the customer's; a call
 * takes neither, because whoever is called by mistake can say so.
 */
export const isMessage = (channel: Channel): boolean => channel !== 'call';

/** Whether the customer agreed to be sent anything. */
export const grantsMessages = (choices: readonly Choice[]): boolean =>
  choices.some(({ answer, channel }) => answer === 'granted' && isMessage(channel));
