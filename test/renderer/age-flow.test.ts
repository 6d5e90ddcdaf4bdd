import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ageGroups } from '../../renderer/flow/age.ts';
import { captureDraftSchema } from '../../shared/contracts/ipc.ts';
import { answered, configuration, hash, mobile, type Outside, refused, startFlow } from './flow-kit.ts';

const asking = { ...configuration, age: { threshold: 16, guardian: false } };
const withGuardian = { ...configuration, age: { threshold: 16, guardian: true } };
const vouches: Outside['attest'] = (pin) =>
  answered(pin === '482913' ? { unlocked: true as const } : { unlocked: false as const, waitSeconds: 0 });

test('the groups are without gap, begin at birth, and the threshold is a border like the others', () => {
  expect(ageGroups(16)).toEqual([
    { from: 0, to: 12 },
    { from: 13, to: 15 },
    { from: 16, to: 20 },
    { from: 21, to: 35 },
    { from: 36, to: null },
  ]);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 21 }), (threshold) => {
      const groups = ageGroups(threshold);
      expect(groups.length).toBeGreaterThanOrEqual(4);
      expect(groups[0]?.from).toBe(0);
      expect(groups.some(({ from }) => from === threshold)).toBe(true);
      for (const [at, { to }] of groups.entries()) {
        const next = groups[at + 1];
        expect(to).toBe(next === undefined ? null : next.from - 1);
      }
    }),
  );
});

describe('rule 29: age before the number', () => {
  test('nobody is asked where the law does not ask', async () => {
    const { saved, saveWith } = startFlow();
    await saveWith('loyalty/sms');
    expect(saved).toMatchObject([{ type: 'given', age: 'not_asked' }]);
  });

  test('old enough: the record says so, and nothing of the age itself', async () => {
    const { actor, saved, send, enter, screen } = startFlow({ configuration: asking });
    await send('START');
    expect(screen()).toBe('age');
    actor.send({ type: 'AGE', from: 16 });
    expect(screen()).toBe('number');
    await enter(mobile);
    actor.send({ type: 'TICK', box: 'loyalty/sms', by: 'touch' });
    await send('SAVE');
    expect(saved).toMatchObject([{ type: 'given', age: 'threshold_passed' }]);
    expect(saved[0]?.screens.map(({ screen }) => screen)).toEqual([
      'attract',
      'value',
      'age',
      'value',
      'number',
      'choices',
      'tick_loyalty_sms',
    ]);
  });

  test('too young and no guardian: a kind end, nothing kept, and no second answer', async () => {
    const { actor, clock, saved, calls, send, type, screen, context } = startFlow({ configuration: asking });
    await send('START');
    actor.send({ type: 'AGE', from: 13 });
    expect(screen()).toBe('too_young');
    await send('BACK', 'START', 'CONTINUE');
    actor.send({ type: 'AGE', from: 21 });
    type(mobile);
    expect(screen()).toBe('too_young');
    expect(context()).toMatchObject({ typed: '', age: 'not_asked', screens: [] });
    clock.increment(8000);
    expect(screen()).toBe('attract');
    expect(saved).toEqual([]);
    expect(calls).toEqual(['end', 'end']);
  });

  test.each(['guardian', 'attest', 'number'])(
    'once too young, no way leads back to the question: %s',
    async (where) => {
      const { actor, send, type, screen, context } = startFlow({ configuration: withGuardian, attest: vouches });
      await send('START');
      actor.send({ type: 'AGE', from: 0 });
      if (where !== 'guardian') await send('CONTINUE');
      if (where === 'number') {
        type('482913');
        await send('CONTINUE');
      }
      expect(screen()).toBe(where);
      actor.send({ type: 'AGE', from: 21 });
      for (let press = 0; press < 3; press++) {
        await send('BACK');
        expect(screen()).not.toBe('age');
      }
      expect(context().age).toBe('below');
    },
  );

  test('from every screen of the question one can go on without a number', async () => {
    for (const steps of [[], ['CONTINUE']] as const) {
      const { actor, saved, send, screen } = startFlow({ configuration: withGuardian });
      await send('START');
      actor.send({ type: 'AGE', from: 0 });
      await send(...steps, 'WITHOUT_NUMBER');
      expect(screen()).toBe('goodbye');
      expect(saved).toEqual([]);
    }
  });
});

describe('a guardian', () => {
  const atAttest = async (outside: Outside = {}) => {
    const flow = startFlow({ configuration: withGuardian, attest: vouches, ...outside });
    await flow.send('START');
    flow.actor.send({ type: 'AGE', from: 13 });
    await flow.send('CONTINUE');
    expect(flow.screen()).toBe('attest');
    return flow;
  };

  test('agrees with their own number once staff vouched, as a record of its own type', async () => {
    const { actor, saved, send, enter, screen, context } = await atAttest();
    await enter('482913');
    expect(screen()).toBe('number');
    expect(context().pin).toBe('');
    await enter(mobile);
    actor.send({ type: 'TICK', box: 'loyalty/sms', by: 'touch' });
    await send('SAVE');
    expect(saved).toMatchObject([{ type: 'guardian_consent', age: 'not_asked', number: '+33612345678' }]);
    expect(captureDraftSchema.safeParse(saved[0]).error).toBeUndefined();
    expect(JSON.stringify(saved)).not.toContain('482913');
  });

  test('a wrong PIN, a wait and a failure keep everybody here, and the PIN is gone', async () => {
    const answers = [
      answered({ unlocked: false as const, waitSeconds: 0 }),
      answered({ unlocked: false as const, waitSeconds: 4.2 }),
      refused('internal'),
    ];
    const { enter, send, calls, context, screen } = await atAttest({ attest: () => answers.shift() ?? refused('') });
    await send('CONTINUE');
    expect(calls).toEqual([]);
    await enter('000000');
    expect(context()).toMatchObject({ pin: '', pinProblem: { kind: 'wrong' } });
    await enter('000000');
    expect(context()).toMatchObject({ pin: '', pinProblem: { kind: 'wait', seconds: 5 } });
    await enter('000000');
    expect(context()).toMatchObject({ pin: '', pinProblem: { kind: 'failed' } });
    expect(screen()).toBe('attest');
  });

  test('an attestation that ran out is asked for again, and the choices stand', async () => {
    const codes = ['attestation_missing'];
    const { actor, saved, send, enter, screen, context } = await atAttest({
      save: () => {
        const code = codes.shift();
        return code === undefined
          ? answered({ receiptCode: '7K3M-Q0XV', manageUrl: null, online: true })
          : refused(code);
      },
    });
    await enter('482913');
    await enter(mobile);
    actor.send({ type: 'TICK', box: 'loyalty/sms', by: 'touch' });
    await send('SAVE', 'RETRY');
    expect(screen()).toBe('attest');
    await enter('482913');
    expect(screen()).toBe('choices');
    expect(context().ticked).toEqual(['loyalty/sms']);
    await send('SAVE');
    expect(saved).toHaveLength(2);
    expect(screen()).toBe('saved');
  });

  test('a PIN half typed is wiped when nobody is there any more', async () => {
    const { type, clock, screen, context } = await atAttest();
    type('4829');
    clock.increment(45_000);
    clock.increment(15_000);
    expect(screen()).toBe('attract');
    expect(context().pin).toBe('');
  });
});

describe('a configuration that changes in the middle', () => {
  test('asks for the age where it was not asked, and keeps the number', async () => {
    const { actor, send, saveWith, screen, context } = startFlow({ save: () => refused('notice_outdated') });
    await saveWith('loyalty/sms');
    actor.send({ type: 'CONFIGURE', next: { configuration: asking, configurationHash: hash('Y') } });
    await send('RETRY');
    expect(screen()).toBe('age');
    expect(context()).toMatchObject({ typed: mobile, ticked: [] });
  });

  test('that pauses the asking ends it', async () => {
    const { actor, send, saveWith, screen, context } = startFlow({ save: () => refused('notice_outdated') });
    const paused = { ...configuration, paused: true };
    await saveWith('loyalty/sms');
    actor.send({ type: 'CONFIGURE', next: { configuration: paused, configurationHash: hash('Y') } });
    await send('RETRY');
    expect(screen()).toBe('attract');
    expect(context()).toMatchObject({ typed: '', configuration: { paused: true } });
  });
});
