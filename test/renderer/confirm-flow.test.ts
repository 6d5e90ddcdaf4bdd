import { describe, expect, test } from 'vitest';
import { answered, type Outside, refused, startFlow } from './flow-kit.ts';

const sendCode = () => answered({ digits: 6, triesLeft: 3, resendAfterSeconds: 30 });
const wrong = (triesLeft: number) => answered({ confirmed: false, triesLeft });

async function atConfirm(outside: Outside = {}) {
  const flow = startFlow({ sendCode, ...outside });
  await flow.saveWith('loyalty/sms');
  expect(flow.screen()).toBe('confirm');
  return flow;
}

test('a right code confirms; by then the number is forgotten', async () => {
  const { actor, calls, enter, screen, context } = await atConfirm({
    checkCode: () => answered({ confirmed: true, triesLeft: 2 }),
  });
  expect(JSON.stringify(actor.getPersistedSnapshot())).not.toContain('612345678');
  await enter('123456');
  expect(screen()).toBe('saved');
  expect(context()).toMatchObject({ confirmation: 'confirmed', receiptCode: '7K3M-Q0XV', code: '' });
  expect(calls).toEqual(['send', 'check 123456', 'end']);
});

test('agreeing to calls only needs no code', async () => {
  const { calls, saveWith, screen, context } = startFlow({ sendCode });
  await saveWith('marketing/call');
  expect(screen()).toBe('saved');
  expect(context().confirmation).toBe('not_needed');
  expect(calls).toEqual(['end']);
});

test.each([
  ['marketing/call', false, 'may_be_asked'],
  ['marketing/call', true, 'not_needed'],
  ['marketing/sms', false, 'pending'],
] as const)('kept 2: %s, online %s: the last screen says %s', async (box, online, confirmation) => {
  const save = () => answered({ receiptCode: '7K3M-Q0XV', manageUrl: null, online });
  const { saveWith, context } = startFlow({ save });
  await saveWith(box);
  expect(context().confirmation).toBe(confirmation);
});

test.each([
  ['no connection', () => refused('unreachable')],
  ['a server that knows no codes', () => refused('not_found')],
  ['a call that never answered', () => Promise.reject(new Error('gone'))],
])('%s: saved and visibly pending', async (_, failing) => {
  const { saveWith, screen, context } = startFlow({ sendCode: failing });
  await saveWith('loyalty/sms');
  expect(screen()).toBe('saved');
  expect(context().confirmation).toBe('pending');
});

test('while the code is being sent, later is possible, and the answer changes nothing any more', async () => {
  let answer: (value: Awaited<ReturnType<typeof sendCode>>) => void = () => undefined;
  const { send, settle, screen, context } = await atConfirm({
    sendCode: () => new Promise((resolve) => (answer = resolve)),
  });
  await send('LATER');
  expect(screen()).toBe('saved');
  answer(await sendCode());
  await settle();
  expect(screen()).toBe('saved');
  expect(context()).toMatchObject({ confirmation: 'pending', codeSent: null });
});

describe('later, while a code is being checked', () => {
  type Checked = Awaited<ReturnType<typeof wrong>>;
  async function leftWhileChecking() {
    let answer: (value: Checked) => void = () => undefined;
    const flow = await atConfirm({ checkCode: () => new Promise((resolve) => (answer = resolve)) });
    await flow.enter('123456');
    await flow.send('LATER');
    expect(flow.screen(), 'at once').toBe('saved');
    expect(flow.context()).toMatchObject({ confirmation: 'pending', code: '', receiptCode: '7K3M-Q0XV' });
    const hear = async (value: Checked) => {
      answer(value);
      await flow.settle();
    };
    return { ...flow, hear };
  }
  const right = { ok: true as const, value: { confirmed: true, triesLeft: 2 } };

  test('it ends confirmed when the code was right, also when somebody wanted more time', async () => {
    const { hear, send, screen, context } = await leftWhileChecking();
    await send('STAY');
    await hear(right);
    expect(screen()).toBe('saved');
    expect(context()).toMatchObject({ confirmation: 'confirmed', extensions: 1, receiptCode: '7K3M-Q0XV' });
  });

  test('it stays pending when the code was wrong', async () => {
    const { hear, screen, context } = await leftWhileChecking();
    await hear(await wrong(2));
    expect([screen(), context().confirmation, context().codeProblem]).toEqual(['saved', 'pending', null]);
  });

  test('the next customer is not confirmed by it', async () => {
    const { hear, send, saveWith, screen, context } = await leftWhileChecking();
    await send('FINISH');
    await saveWith('loyalty/sms');
    expect(screen()).toBe('confirm');
    await send('LATER');
    await hear(right);
    expect([screen(), context().confirmation]).toEqual(['saved', 'pending']);
  });
});

describe('a wrong code', () => {
  test('three tries, then only a new code or later', async () => {
    let tries = 3;
    const { type, calls, enter, send, screen, context, clock } = await atConfirm({
      checkCode: () => {
        tries -= 1;
        return wrong(tries);
      },
    });
    await enter('111111');
    expect(context()).toMatchObject({ code: '', codeProblem: 'wrong', codeSent: { triesLeft: 2 } });
    await enter('222222');
    await enter('333333');
    await enter('444444');
    type('5');
    expect(context()).toMatchObject({ code: '', codeSent: { triesLeft: 0 } });
    expect(calls.filter((call) => call.startsWith('check'))).toHaveLength(3);
    clock.increment(29_999);
    await send('RESEND');
    expect(calls.filter((call) => call === 'send')).toHaveLength(1);
    clock.increment(1);
    await send('RESEND');
    expect(context()).toMatchObject({ codeProblem: null, codeSent: { triesLeft: 3 } });
    type('6');
    expect(context().code).toBe('6');
    await send('LATER');
    expect(screen()).toBe('saved');
    expect(context().confirmation).toBe('pending');
  });

  test('too few digits are said before a try is lost; digits past the last one do not count', async () => {
    const { actor, calls, type, enter, context } = await atConfirm({ checkCode: () => wrong(2) });
    await enter('12345');
    expect(context().codeProblem).toBe('short');
    type('٦7x');
    expect(context()).toMatchObject({ code: '123456', codeProblem: null });
    actor.send({ type: 'DELETE' });
    expect(context().code).toBe('12345');
    expect(calls).toEqual(['send']);
  });

  test('no connection while checking costs no try and keeps the digits', async () => {
    const { enter, context } = await atConfirm();
    await enter('123456');
    expect(context()).toMatchObject({ code: '123456', codeProblem: 'unreachable', codeSent: { triesLeft: 3 } });
  });

  test('a code that is too old is over', async () => {
    const { actor, enter } = await atConfirm({ checkCode: () => refused('verification_over') });
    await enter('123456');
    expect(actor.getSnapshot().matches({ asking: { step: { confirm: 'spent' } } })).toBe(true);
  });

  test('a second code that cannot be sent leaves the first one usable', async () => {
    const answers = [sendCode(), refused('verification_limited')];
    const { clock, send, screen, context, type } = await atConfirm({
      sendCode: () => answers.shift() ?? refused('unreachable'),
    });
    clock.increment(29_000);
    await send('ACTIVITY');
    clock.increment(1_000);
    await send('RESEND');
    expect(screen()).toBe('confirm');
    expect(context().codeProblem).toBe('not_sent');
    type('12');
    expect(context()).toMatchObject({ code: '12', codeProblem: null });
  });
});

test('nothing says that no number was kept once it is; leaving and idling end the session', async () => {
  const left = await atConfirm();
  await left.send('WITHOUT_NUMBER');
  expect(left.screen()).toBe('confirm');
  await left.send('LEAVE');
  expect(left.screen()).toBe('attract');
  expect(left.calls.at(-1)).toBe('end');

  const idle = await atConfirm();
  idle.type('123');
  idle.clock.increment(30_000);
  expect(idle.actor.getSnapshot().matches({ asking: { attention: 'warned' } })).toBe(true);
  idle.clock.increment(15_000);
  expect(idle.screen()).toBe('attract');
  expect(idle.context()).toMatchObject({ code: '', codeSent: null, receiptCode: '', manageUrl: null });
  expect(idle.calls.at(-1)).toBe('end');
});

test('the last screen stays longer when asked to, and forgets the receipt afterwards', async () => {
  const manageUrl = 'https://example.test/m/AAAAAAAAAAAAAAAAAAAAAA';
  const { clock, saveWith, send, screen, context } = startFlow({
    save: () => answered({ receiptCode: '7K3M-Q0XV', manageUrl, online: true }),
  });
  await saveWith('loyalty/sms');
  clock.increment(19_000);
  await send('STAY');
  expect(context()).toMatchObject({ extensions: 1, manageUrl, receiptCode: '7K3M-Q0XV', confirmation: 'pending' });
  clock.increment(19_999);
  expect(screen()).toBe('saved');
  clock.increment(1);
  expect(screen()).toBe('attract');
  expect(context()).toMatchObject({ extensions: 0, manageUrl: null, receiptCode: '' });
});
