import { describe, expect, test } from 'vitest';
import { captureDraftSchema } from '../../shared/contracts/ipc.ts';
import { presentation } from '../support/presentation.ts';
import { configuration, configurationName, hash, mobile, refused, startFlow } from './flow-kit.ts';

/** What head office sets meanwhile. */
const other = { configuration: { ...configuration, storeId: 'store-2' }, configurationHash: hash('Y') };

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

describe('when saving fails', () => {
  test('it is not claimed saved, and trying again uses the same intent', async () => {
    const { actor, saved, settle, toChoices, context } = startFlow({ save: () => refused('storage_failed') });
    await toChoices();
    actor.send({ type: 'TICK', box: 'loyalty/sms', by: 'touch' });
    actor.send({ type: 'SAVE' });
    await settle();
    expect(actor.getSnapshot().matches({ asking: { step: 'problem' } })).toBe(true);
    expect(context()).toMatchObject({ failure: 'storage_failed', receiptCode: '', typed: mobile });
    actor.send({ type: 'RETRY' });
    await settle();
    expect(saved).toHaveLength(2);
    expect(saved[1]?.intentId).toBe(saved[0]?.intentId);
  });

  test('outdated words are read again, unticked, from the new configuration', async () => {
    const { actor, settle, toChoices, context } = startFlow({ save: () => refused('notice_outdated') });
    await toChoices();
    actor.send({ type: 'TICK', box: 'loyalty/sms', by: 'touch' });
    actor.send({ type: 'CONFIGURE', next: other });
    expect(context().configuration.storeId).toBe('store-1');
    actor.send({ type: 'SAVE' });
    await settle();
    actor.send({ type: 'RETRY' });
    expect(actor.getSnapshot().matches({ asking: { step: 'choices' } })).toBe(true);
    expect(context()).toMatchObject({ ticked: [], typed: mobile });
    expect(context().configuration.storeId).toBe('store-2');
  });

  test('a call that never answered counts as not saved', async () => {
    const { actor, settle, toChoices, context } = startFlow({ save: () => Promise.reject(new Error('gone')) });
    await toChoices();
    actor.send({ type: 'TICK', box: 'loyalty/sms', by: 'touch' });
    actor.send({ type: 'SAVE' });
    await settle();
    expect(context().failure).toBe('internal');
    actor.send({ type: 'WITHOUT_NUMBER' });
    expect(actor.getSnapshot().matches('goodbye')).toBe(true);
  });
});

test('a draft names the configuration that was on the screen, and after reading again the new one', async () => {
  const { actor, saved, toChoices, send } = startFlow({ save: () => refused('notice_outdated') });
  await toChoices();
  actor.send({ type: 'TICK', box: 'loyalty/sms', by: 'touch' });
  actor.send({ type: 'CONFIGURE', next: other });
  await send('SAVE', 'RETRY');
  actor.send({ type: 'TICK', box: 'loyalty/sms', by: 'touch' });
  await send('SAVE');
  expect(saved.map((draft) => draft.configuration)).toEqual([configurationName, other.configurationHash]);
});

test('a new configuration waits for the end of the session', () => {
  const { actor, type, context } = startFlow();
  actor.send({ type: 'START' });
  type('06');
  actor.send({ type: 'CONFIGURE', next: other });
  expect(context()).toMatchObject({ typed: '06', configuration: { storeId: 'store-1' } });
  actor.send({ type: 'WITHOUT_NUMBER' });
  actor.send({ type: 'FINISH' });
  expect(context().configuration.storeId).toBe('store-2');
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
