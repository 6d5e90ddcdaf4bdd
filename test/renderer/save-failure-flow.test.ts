import { describe, expect, test } from 'vitest';
import { configuration, configurationName, hash, mobile, refused, startFlow } from './flow-kit.ts';

/** What head office sets meanwhile. */
const other = { configuration: { ...configuration, storeId: 'store-2' }, configurationHash: hash('Y') };

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
