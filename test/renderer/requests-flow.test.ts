import { describe, expect, test } from 'vitest';
import { captureDraftSchema } from '../../shared/contracts/ipc.ts';
import { presentation } from '../support/presentation.ts';
import { configuration, configurationName, landline, mobile, otherMobile, refused, startFlow } from './flow-kit.ts';

describe('stopping messages', () => {
  test('rule 5: start, number and one press, fewer than giving takes; the number is shown back before it counts', async () => {
    const { saved, screen, send, enter, context } = startFlow();
    await send('STOP_MESSAGES');
    expect(screen()).toBe('stop_number');
    await enter(mobile);
    expect(screen()).toBe('stop_confirm');
    expect(context().accepted?.international).toBe('+33 6 12 34 56 78');
    expect(saved).toEqual([]);
    await send('SAVE');
    expect(screen()).toBe('stop_saved');
    expect(saved).toEqual([
      {
        type: 'withdrawn',
        number: '+33612345678',
        intentId: '00000000-0000-4000-8000-000000000001',
        language: 'en',
        configuration: configurationName,
        screens: ['attract', 'stop_number', 'stop_confirm'].map((each) => ({ screen: each, afterMilliseconds: 0 })),
        presentation,
      },
    ]);
    expect(captureDraftSchema.safeParse(saved[0]).error).toBeUndefined();
  });

  test('any number that exists may stop, also a landline; one that does not is refused', async () => {
    const { send, enter, screen, context } = startFlow();
    await send('STOP_MESSAGES');
    await enter('0612');
    expect(context().refusal).toMatchObject({ code: 'number_too_short' });
    for (let digit = 0; digit < 4; digit++) await send('DELETE');
    await enter(landline);
    expect(screen()).toBe('stop_confirm');
  });

  test('no code is sent, nothing of the number stays, and the session ends', async () => {
    const { actor, calls, send, enter, context } = startFlow();
    await send('STOP_MESSAGES');
    await enter(mobile);
    await send('SAVE');
    expect(calls).toEqual(['end']);
    expect(context()).toMatchObject({ receiptCode: '7K3M-Q0XV', confirmation: 'not_needed', typed: '' });
    expect(JSON.stringify(actor.getPersistedSnapshot())).not.toContain('612345678');
  });

  test('it is there while the asking is paused, and asking is not', async () => {
    const { send, enter, screen } = startFlow({ configuration: { ...configuration, paused: true } });
    await send('START');
    expect(screen()).toBe('attract');
    await send('STOP_MESSAGES');
    await enter(mobile);
    await send('SAVE');
    expect(screen()).toBe('stop_saved');
  });
});

describe('changing a number', () => {
  test('old and new number in one record, and a code to the new one', async () => {
    const { saved, calls, send, enter, screen } = startFlow();
    await send('CHANGE_NUMBER');
    expect(screen()).toBe('old_number');
    await enter(landline);
    expect(screen()).toBe('new_number');
    await enter(otherMobile);
    expect(screen()).toBe('change_confirm');
    await send('SAVE');
    expect(saved).toMatchObject([{ type: 'number_changed', previousNumber: '+33123456789', number: '+33698765432' }]);
    expect(captureDraftSchema.safeParse(saved[0]).error).toBeUndefined();
    expect(calls[0]).toBe('send');
  });

  test('the new number has to receive texts and to be another one', async () => {
    const { send, enter, screen, context, actor } = startFlow();
    await send('CHANGE_NUMBER');
    await enter(mobile);
    expect(context().typed).toBe('');
    await enter(landline);
    expect(context().refusal).toMatchObject({ code: 'number_landline' });
    actor.send({ type: 'PASTE', text: '+33 6 12 34 56 78' });
    await send('CONTINUE');
    expect(context().refusal).toEqual({ kind: 'same' });
    expect(screen()).toBe('new_number');
  });

  test('going back keeps the old number and its country', async () => {
    const { actor, send, enter, screen, context } = startFlow();
    await send('CHANGE_NUMBER');
    await enter(mobile);
    actor.send({ type: 'REGION', region: 'GB', typed: '' });
    await enter('07400123456');
    expect(screen()).toBe('change_confirm');
    await send('BACK');
    expect(context()).toMatchObject({ typed: '07400123456', region: 'GB' });
    await send('BACK');
    expect(screen()).toBe('old_number');
    expect(context()).toMatchObject({ typed: mobile, region: 'FR', previous: null, accepted: null });
    await send('CONTINUE');
    expect(screen()).toBe('new_number');
  });
});

describe('leaving and failing', () => {
  const ways = [
    ['stop_number', 'STOP_MESSAGES', []],
    ['stop_confirm', 'STOP_MESSAGES', [mobile]],
    ['old_number', 'CHANGE_NUMBER', []],
    ['new_number', 'CHANGE_NUMBER', [mobile]],
    ['change_confirm', 'CHANGE_NUMBER', [mobile, otherMobile]],
  ] as const;

  test.each(ways)('%s: left, or idle, nothing is kept and the session ends', async (name, begin, numbers) => {
    for (const leave of ['WITHOUT_NUMBER', 'LEAVE', 'idle'] as const) {
      const { actor, clock, calls, saved, send, enter, screen, context, type } = startFlow();
      await send(begin);
      for (const number of numbers) await enter(number);
      expect(screen()).toBe(name);
      type('061');
      if (leave === 'idle') {
        clock.increment(30_000);
        expect(actor.getSnapshot().matches({ asking: { attention: 'warned' } })).toBe(true);
        clock.increment(15_000);
      } else await send(leave);
      expect(screen()).toBe(leave === 'WITHOUT_NUMBER' ? 'goodbye' : 'attract');
      expect(context()).toMatchObject({ typed: '', accepted: null, previous: null, screens: [] });
      expect(saved).toEqual([]);
      expect(calls).toEqual(['end']);
    }
  });

  test('a full disk has a screen of its own, a failing one offers to try again with the same intent', async () => {
    const codes = ['storage_failed', 'storage_full'];
    const { saved, send, enter, screen, calls } = startFlow({ save: () => refused(codes.shift() ?? '') });
    await send('STOP_MESSAGES');
    await enter(mobile);
    await send('SAVE');
    expect(screen()).toBe('problem');
    await send('RETRY');
    expect(screen()).toBe('out_of_storage');
    expect(saved[1]?.intentId).toBe(saved[0]?.intentId);
    await send('LEAVE');
    expect(calls).toEqual(['end']);
  });

  test('a way back from a problem leads to the number of the request', async () => {
    for (const [begin, numbers, name] of [
      ['STOP_MESSAGES', [mobile], 'stop_number'],
      ['CHANGE_NUMBER', [mobile, otherMobile], 'new_number'],
    ] as const) {
      const { send, enter, screen } = startFlow({ save: () => refused('storage_failed') });
      await send(begin);
      for (const number of numbers) await enter(number);
      await send('SAVE', 'BACK');
      expect(screen()).toBe(name);
    }
  });
});
