import { describe, expect, test } from 'vitest';
import { configuration, mobile, startFlow } from './flow-kit.ts';

describe('idle', () => {
  test('first a warning, then everything is wiped', async () => {
    const { actor, clock, toChoices, context, saved } = startFlow();
    await toChoices();
    actor.send({ type: 'TICK', box: 'loyalty/sms', by: 'touch' });
    actor.send({ type: 'LANGUAGE', language: 'ar' });
    actor.send({ type: 'CONTRAST' });
    clock.increment(29_999);
    expect(actor.getSnapshot().matches({ asking: { attention: 'present' } })).toBe(true);
    clock.increment(1);
    expect(actor.getSnapshot().matches({ asking: { attention: 'warned' } })).toBe(true);
    clock.increment(15_000);
    expect(actor.getSnapshot().matches('attract')).toBe(true);
    expect(context()).toMatchObject({
      typed: '',
      accepted: null,
      ticked: [],
      language: 'en',
      contrast: 'standard',
      screens: [],
    });
    expect(saved).toEqual([]);
  });

  test('a touch puts the warning off; one tap takes it back and loses nothing', async () => {
    const { actor, clock, toChoices, context } = startFlow();
    await toChoices();
    clock.increment(20_000);
    actor.send({ type: 'ACTIVITY' });
    clock.increment(29_000);
    expect(actor.getSnapshot().matches({ asking: { attention: 'present' } })).toBe(true);
    clock.increment(1000);
    actor.send({ type: 'ACTIVITY' });
    expect(actor.getSnapshot().matches({ asking: { attention: 'warned' } })).toBe(true);
    actor.send({ type: 'STAY' });
    clock.increment(15_000);
    expect(actor.getSnapshot().matches({ asking: { step: 'choices' } })).toBe(true);
    expect(context().typed).toBe(mobile);
  });

  test('the last screen goes by itself', async () => {
    const { actor, clock, settle, toChoices, context } = startFlow();
    await toChoices();
    actor.send({ type: 'TICK', box: 'loyalty/sms', by: 'touch' });
    actor.send({ type: 'SAVE' });
    await settle();
    clock.increment(20_000);
    expect(actor.getSnapshot().matches('attract')).toBe(true);
    expect(context().receiptCode).toBe('');
  });

  test('a language chosen on the first screen does not stay for the next customer', () => {
    const { actor, clock, context } = startFlow();
    actor.send({ type: 'ACTIVITY' });
    actor.send({ type: 'LANGUAGE', language: 'ar' });
    clock.increment(30_000);
    expect(context().language).toBe('en');
  });
});

describe('found 34: the number is hidden from people standing by', () => {
  test('from the first tick on, until it is asked for; a second tick leaves it as it is', async () => {
    const { actor, context, toChoices } = startFlow();
    await toChoices();
    expect(context().numberHidden).toBe(false);
    actor.send({ type: 'TICK', box: 'loyalty/sms', by: 'touch' });
    expect(context().numberHidden).toBe(true);
    actor.send({ type: 'SHOW_NUMBER' });
    actor.send({ type: 'TICK', box: 'marketing/sms', by: 'touch' });
    expect(context().numberHidden).toBe(false);
  });

  test('when nobody was there for a while; a number typed anew is shown back', async () => {
    const { clock, context, toChoices, send } = startFlow();
    await toChoices();
    clock.increment(configuration.timeouts.idleWarningSeconds * 1000);
    expect(context().numberHidden).toBe(true);
    await send('STAY');
    expect(context().numberHidden).toBe(true);
    await send('BACK', 'CONTINUE');
    expect(context().numberHidden).toBe(false);
  });

  test('and the next customer finds nothing hidden', async () => {
    const { actor, context, toChoices, send } = startFlow();
    await toChoices();
    actor.send({ type: 'TICK', box: 'loyalty/sms', by: 'touch' });
    await send('LEAVE');
    expect(context().numberHidden).toBe(false);
  });
});
