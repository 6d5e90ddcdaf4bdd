import { describe, expect, test } from 'vitest';
import { isOverdue } from '../../renderer/flow/overdue.ts';
import { elapsed } from '../../shared/moment.ts';
import { answered, startFlow } from './flow-kit.ts';

const sendCode = () => answered({ digits: 6, triesLeft: 3, resendAfterSeconds: 30 });
const warned = { asking: { attention: 'warned' } } as const;

describe('found 16: a session has a longest time', () => {
  test('something that never stops touching the screen is warned of, and wiped', async () => {
    const { actor, clock, send, screen, context } = startFlow();
    await send('START');
    for (let second = 0; second < 899; second++) {
      actor.send({ type: 'ACTIVITY' });
      actor.send({ type: 'KEY', key: '5' });
      clock.increment(1_000);
    }
    expect(actor.getSnapshot().matches(warned)).toBe(false);
    clock.increment(1_000);
    expect(actor.getSnapshot().matches(warned)).toBe(true);
    for (let second = 0; second < 15; second++) {
      actor.send({ type: 'ACTIVITY' });
      clock.increment(1_000);
    }
    expect(screen()).toBe('attract');
    expect(context().typed).toBe('');
  });

  test('who says that they are still here has as long again', async () => {
    const { actor, clock, send, screen } = startFlow();
    const staysBusy = (seconds: number) => {
      for (let second = 0; second < seconds; second++) {
        actor.send({ type: 'ACTIVITY' });
        clock.increment(1_000);
      }
    };
    await send('START');
    staysBusy(900);
    await send('STAY');
    staysBusy(899);
    expect(actor.getSnapshot().matches(warned)).toBe(false);
    staysBusy(1);
    expect(actor.getSnapshot().matches(warned)).toBe(true);
    staysBusy(15);
    expect(screen()).toBe('attract');
  });
});

describe('found 17: by the clock nobody can be there any more', () => {
  const at = (monotonic: number, wall = monotonic) => ({ monotonic, wall });

  test('either clock counts, and one that was set back too', () => {
    expect(elapsed(at(0), at(5_000))).toBe(5_000);
    expect(elapsed(at(0), at(1, 3_600_000))).toBe(3_600_000);
    expect(elapsed(at(0), at(1, -3_600_000))).toBe(3_600_000);
  });

  test('each state is overdue when its own timer is late, and not before', async () => {
    const flow = startFlow({ sendCode });
    const overdue = (milliseconds: number) => {
      const now = flow.clock.now() + milliseconds;
      return isOverdue(flow.actor.getSnapshot(), at(now), 0);
    };
    expect(overdue(1e9), 'the first screen at rest').toBe(false);
    await flow.send('ACTIVITY');
    expect([overdue(29_999), overdue(30_000)], 'the first screen, touched').toEqual([false, true]);
    await flow.toChoices();
    expect([overdue(44_999), overdue(45_000)], 'a customer').toEqual([false, true]);
    flow.clock.increment(30_000);
    expect([overdue(14_999), overdue(15_000)], 'warned').toEqual([false, true]);
    await flow.send('STAY');
    expect(overdue(44_999), 'who said that they are here').toBe(false);
    flow.actor.send({ type: 'TICK', box: 'loyalty/sms', by: 'touch' });
    await flow.send('SAVE');
    expect([flow.screen(), overdue(44_999), overdue(45_000)], 'the code').toEqual(['confirm', false, true]);
    await flow.send('LATER');
    expect([overdue(19_999), overdue(20_000)], 'the receipt').toEqual([false, true]);
    await flow.send('STAY');
    expect(overdue(19_999), 'the receipt, longer').toBe(false);
    await flow.send('FINISH', 'START', 'WITHOUT_NUMBER');
    expect([overdue(7_999), overdue(8_000)], 'goodbye').toEqual([false, true]);
  });

  test('a page that stood still for the time of the warning is overdue, however short before somebody was there', async () => {
    const { actor, clock, send } = startFlow();
    await send('START');
    const now = { monotonic: clock.now(), wall: clock.now() };
    expect(isOverdue(actor.getSnapshot(), now, 29_999)).toBe(false);
    expect(isOverdue(actor.getSnapshot(), now, 30_000)).toBe(true);
  });

  test('then everything is wiped, while the disk writes too; what is saved stays saved', async () => {
    let answer: (value: Awaited<ReturnType<typeof receipt>>) => void = () => undefined;
    const receipt = () => answered({ receiptCode: '7K3M-Q0XV', manageUrl: null, online: true });
    const { saved, saveWith, send, settle, screen, context, calls } = startFlow({
      save: () => new Promise((resolve) => (answer = resolve)),
    });
    await saveWith('loyalty/sms');
    await send('OVERDUE');
    expect(screen()).toBe('attract');
    answer(await receipt());
    await settle();
    expect(saved).toHaveLength(1);
    expect(screen()).toBe('attract');
    expect(context()).toMatchObject({ receiptCode: '', typed: '', accepted: null });
    expect(calls).toEqual(['end']);
  });
});

test('found 18: where no number can be judged any more, nobody is left on the screen', async () => {
  const { calls, send, enter, screen } = startFlow({ judge: () => Promise.reject(new TypeError('not there')) });
  await send('START');
  await enter('0612345678');
  expect(screen()).toBe('attract');
  expect(calls).toContain('failed');
});
