import { describe, expect, test } from 'vitest';
import { presentationOf } from '../../renderer/presentation.ts';
import { captureDraftSchema } from '../../shared/contracts/ipc.ts';
import type { Presentation } from '../../shared/record/presentation.ts';
import { presentation } from '../support/presentation.ts';
import { hash, startFlow } from './flow-kit.ts';

/** What the draft says of each box: how it was answered, and by what. */
const answers = ({ saved }: ReturnType<typeof startFlow>) => {
  const draft = captureDraftSchema.parse(saved.at(-1));
  return 'choices' in draft ? draft.choices.map(({ answer, inputModality }) => [answer, inputModality]) : [];
};
const sights = ({ saved }: ReturnType<typeof startFlow>) => {
  const draft = captureDraftSchema.parse(saved.at(-1));
  if (!('choices' in draft)) return [];
  return [...draft.notices, draft.privacyNotice].map((each) => each.inSightAfterMilliseconds);
};

describe('kept 18: what the draft says of how it was shown and answered', () => {
  test('each box by what it was touched last, also one that was ticked and left empty again', async () => {
    const flow = startFlow();
    await flow.toChoices();
    flow.actor.send({ type: 'TICK', box: 'loyalty/sms', by: 'touch' });
    flow.actor.send({ type: 'TICK', box: 'marketing/sms', by: 'mouse' });
    flow.actor.send({ type: 'TICK', box: 'marketing/sms', by: 'number_pad' });
    await flow.send('SAVE');
    expect(answers(flow)).toEqual([
      ['granted', 'touch'],
      ['declined', 'number_pad'],
      ['declined', 'none'],
    ]);
  });

  test('a text counts from when it was in sight first; of the words of another language, that is from when those were', async () => {
    const flow = startFlow();
    await flow.toChoices();
    flow.clock.increment(1_500);
    flow.actor.send({ type: 'IN_SIGHT', hash: hash('A') });
    flow.actor.send({ type: 'LANGUAGE', language: 'ar' });
    flow.clock.increment(1_500);
    flow.actor.send({ type: 'IN_SIGHT', hash: hash('D') });
    await flow.send('BACK', 'CONTINUE');
    flow.clock.increment(1_000);
    flow.actor.send({ type: 'IN_SIGHT', hash: hash('D') });
    flow.actor.send({ type: 'TICK', box: 'loyalty/sms', by: 'touch' });
    await flow.send('SAVE');
    expect(sights(flow)).toEqual([null, 3_000, null]);
  });

  test('nothing of it is left for the next customer', async () => {
    const flow = startFlow();
    await flow.toChoices();
    flow.actor.send({ type: 'IN_SIGHT', hash: hash('A') });
    flow.actor.send({ type: 'TICK', box: 'loyalty/sms', by: 'switch' });
    await flow.send('LEAVE');
    await flow.toChoices();
    flow.actor.send({ type: 'TICK', box: 'marketing/sms', by: 'touch' });
    await flow.send('SAVE');
    expect(answers(flow).map(([, by]) => by)).toEqual(['none', 'touch', 'none']);
    expect(sights(flow)).toEqual([null, null, null]);
  });

  test('the screen is described as it stands when save is pressed', async () => {
    let now: Presentation = presentation;
    const flow = startFlow({ presentation: () => now });
    await flow.toChoices();
    flow.actor.send({ type: 'TICK', box: 'loyalty/sms', by: 'touch' });
    now = { ...presentation, textSize: 'largest', direction: 'rtl', readAloud: true };
    await flow.send('SAVE');
    expect(flow.saved[0]?.presentation).toEqual(now);
  });
});

test('kept 18: the page is described as it is drawn: whole percents, the direction of the words, and whether they are spoken', () => {
  const page = (dir: string, dataset: DOMStringMap, devicePixelRatio: number) =>
    ({
      innerWidth: 1080,
      innerHeight: 1920,
      devicePixelRatio,
      document: { documentElement: { dir, dataset } },
    }) as Window;
  const size = { width: 1080, height: 1920 };
  expect(presentationOf(page('', {}, 1))).toEqual({ ...presentation, ...size });
  const helped = { text: 'large', contrast: 'high', reach: 'low', speech: 'on' };
  expect(presentationOf(page('rtl', helped, 1.100000023841858))).toEqual({
    ...size,
    scalePercent: 110,
    direction: 'rtl',
    textSize: 'large',
    contrast: 'high',
    lowControls: true,
    readAloud: true,
  });
});
