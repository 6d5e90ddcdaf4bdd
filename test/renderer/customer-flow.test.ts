import { describe, expect, test } from 'vitest';
import { captureDraftSchema } from '../../shared/contracts/ipc.ts';
import { presentation } from '../support/presentation.ts';
import { configurationName, hash, mobile, startFlow } from './flow-kit.ts';

describe('the way to a saved number', () => {
  test('a mobile and one ticked box make one draft that names the words on the screen', async () => {
    const { actor, clock, saved, settle, toChoices, context } = startFlow();
    clock.increment(5000);
    await toChoices();
    actor.send({ type: 'IN_SIGHT', hash: hash('A') });
    clock.increment(2000);
    actor.send({ type: 'OPEN_PRIVACY' });
    clock.increment(1000);
    actor.send({ type: 'CLOSE_PRIVACY' });
    actor.send({ type: 'TICK', box: 'marketing/call', by: 'touch' });
    actor.send({ type: 'SAVE' });
    await settle();
    expect(saved).toEqual([
      {
        type: 'given',
        age: 'not_asked',
        intentId: '00000000-0000-4000-8000-000000000001',
        number: '+33612345678',
        choices: [
          { purpose: 'loyalty', channel: 'sms', answer: 'declined', inputModality: 'none' },
          { purpose: 'marketing', channel: 'sms', answer: 'declined', inputModality: 'none' },
          { purpose: 'marketing', channel: 'call', answer: 'granted', inputModality: 'touch' },
        ],
        notices: [
          { hash: hash('A'), inSightAfterMilliseconds: 0 },
          { hash: hash('B'), inSightAfterMilliseconds: null },
        ],
        privacyNotice: { hash: hash('E'), inSightAfterMilliseconds: null },
        language: 'en',
        configuration: configurationName,
        screens: [
          { screen: 'attract', afterMilliseconds: 0 },
          { screen: 'value', afterMilliseconds: 0 },
          { screen: 'number', afterMilliseconds: 0 },
          { screen: 'choices', afterMilliseconds: 0 },
          { screen: 'privacy_notice', afterMilliseconds: 2000 },
          { screen: 'tick_marketing_call', afterMilliseconds: 3000 },
        ],
        presentation,
      },
    ]);
    expect(captureDraftSchema.safeParse(saved[0]).error).toBeUndefined();
    expect(actor.getSnapshot().matches('saved')).toBe(true);
    expect(context().receiptCode).toBe('7K3M-Q0XV');
  });

  test('once saved, nothing of the number or the choices is known any more', async () => {
    const { actor, settle, toChoices, context } = startFlow();
    await toChoices();
    actor.send({ type: 'TICK', box: 'loyalty/sms', by: 'touch' });
    actor.send({ type: 'SAVE' });
    await settle();
    expect(context()).toMatchObject({ typed: '', accepted: null, ticked: [], screens: [] });
    expect(JSON.stringify(actor.getPersistedSnapshot())).not.toContain('612345678');
  });

  test('nothing is ticked beforehand, and saving with nothing ticked says so and loses nothing', async () => {
    const { actor, saved, settle, toChoices, context } = startFlow();
    await toChoices();
    expect(context().ticked).toEqual([]);
    actor.send({ type: 'SAVE' });
    await settle();
    expect(saved).toEqual([]);
    expect(context()).toMatchObject({ nudged: true, typed: mobile });
    actor.send({ type: 'TICK', box: 'loyalty/sms', by: 'touch' });
    expect(context().nudged).toBe(false);
  });

  test('a second press of save while the first is under way saves nothing more', async () => {
    const { actor, saved, settle, toChoices } = startFlow();
    await toChoices();
    actor.send({ type: 'TICK', box: 'loyalty/sms', by: 'touch' });
    actor.send({ type: 'SAVE' });
    actor.send({ type: 'SAVE' });
    actor.send({ type: 'WITHOUT_NUMBER' });
    await settle();
    actor.send({ type: 'SAVE' });
    await settle();
    expect(saved).toHaveLength(1);
    expect(actor.getSnapshot().matches('saved')).toBe(true);
  });

  test('a number that does not do keeps the customer on the screen, with a reason', async () => {
    const { actor, settle, type, context } = startFlow();
    actor.send({ type: 'START' });
    actor.send({ type: 'CONTINUE' });
    await settle();
    expect(context().refusal).toEqual({ kind: 'empty' });
    type('06123');
    expect(context().refusal).toBeNull();
    actor.send({ type: 'CONTINUE' });
    await settle();
    expect(context().refusal).toMatchObject({ code: 'number_too_short', details: { missing: 5, region: 'FR' } });
    expect(actor.getSnapshot().matches({ asking: { step: { number: 'typing' } } })).toBe(true);
  });
});

describe('typing', () => {
  test('digits of any script count, a plus only in front, and delete takes the last one', () => {
    const { actor, type, context } = startFlow();
    actor.send({ type: 'START' });
    type('+٣٣6+x');
    expect(context().typed).toBe('+336');
    actor.send({ type: 'DELETE' });
    expect(context().typed).toBe('+33');
  });

  test('pasting replaces what was typed; an extension is refused in words and changes nothing', () => {
    const { actor, type, context } = startFlow();
    actor.send({ type: 'START' });
    type('12');
    actor.send({ type: 'PASTE', text: ' +33 6 12 34 56 78\n' });
    expect(context().typed).toBe('+33612345678');
    actor.send({ type: 'PASTE', text: '01 23 45 67 89 ext 12' });
    expect(context()).toMatchObject({ typed: '+33612345678', refusal: { code: 'number_extension' } });
    actor.send({ type: 'PASTE', text: 'no number here' });
    expect(context().typed).toBe('+33612345678');
  });
});

describe('refusing', () => {
  test.each(['number', 'choices'])('from %s: no call, nothing kept, and then the start again', async (where) => {
    const { actor, clock, saved, type, toChoices, context } = startFlow();
    if (where === 'choices') await toChoices();
    else {
      actor.send({ type: 'START' });
      type(mobile);
    }
    actor.send({ type: 'WITHOUT_NUMBER' });
    expect(actor.getSnapshot().matches('goodbye')).toBe(true);
    expect(context().typed).toBe('');
    clock.increment(8000);
    expect(actor.getSnapshot().matches('attract')).toBe(true);
    expect(saved).toEqual([]);
  });
});

describe('language', () => {
  test('changing it on any screen keeps number and ticks, and the draft names the words shown last', async () => {
    const { actor, saved, settle, toChoices, context } = startFlow();
    await toChoices();
    actor.send({ type: 'TICK', box: 'loyalty/sms', by: 'touch' });
    actor.send({ type: 'LANGUAGE', language: 'ar' });
    expect(context()).toMatchObject({ typed: mobile, ticked: ['loyalty/sms'] });
    actor.send({ type: 'BACK' });
    expect(context().typed).toBe(mobile);
    actor.send({ type: 'CONTINUE' });
    await settle();
    actor.send({ type: 'SAVE' });
    await settle();
    expect(saved[0]).toMatchObject({
      language: 'ar',
      notices: [{ hash: hash('C') }, { hash: hash('D') }],
      privacyNotice: { hash: hash('F') },
    });
  });

  test('a language without words is not taken', () => {
    const { actor, context } = startFlow();
    actor.send({ type: 'LANGUAGE', language: 'fr' });
    expect(context().language).toBe('en');
  });
});
