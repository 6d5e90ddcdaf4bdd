import { createIntl } from 'react-intl';
import { describe, expect, test } from 'vitest';
import { createSpeaker, type SpeechPlatform, type Voice } from '../../renderer/accessibility/speaker.ts';
import { controlText, type Heard, spelled, spokenChange } from '../../renderer/accessibility/spoken.ts';
import arabic from '../../renderer/messages/ar.json' with { type: 'json' };
import english from '../../renderer/messages/en.json' with { type: 'json' };
import type { Say } from '../../renderer/words/words.tsx';

function saying(locale: string, messages: Record<string, string>): Say {
  const intl = createIntl({ locale, messages });
  return (id, values) => intl.formatMessage({ id }, values);
}
const say = saying('en', english);

const number: Heard = {
  screen: 'number',
  texts: ['What is your mobile number?', 'Step 1 of 2'],
  news: [],
  control: { role: 'field', name: 'Phone number', about: '', value: '' },
  controlId: 1,
  typed: '',
};

describe('rule 20: what is spoken', () => {
  test('a new screen from its heading to the control that has the focus', () => {
    expect(spokenChange(null, number, say)).toEqual({
      texts: ['What is your mobile number?', 'Step 1 of 2', 'Phone number, field, empty'],
      now: true,
      digits: false,
    });
  });

  test('a control with its name, what it is, and how it stands', () => {
    const box = { role: 'box', name: 'Text me about my coffee card', about: 'One text a month.' } as const;
    expect(controlText({ ...box, ticked: false }, say)).toBe(
      'Text me about my coffee card, box, not ticked. One text a month.',
    );
    expect(controlText({ ...box, ticked: true }, say)).toContain('box, ticked');
    expect(controlText({ role: 'button', name: 'High contrast', about: '', on: true }, say)).toBe(
      'High contrast, button, on',
    );
    expect(controlText({ ...box, ticked: false }, saying('ar', arabic))).toContain('غير مُختار');
  });

  test('a box that is ticked while it has the focus', () => {
    const box = { role: 'box', name: 'Text me', about: '' } as const;
    const before: Heard = { ...number, typed: null, control: { ...box, ticked: false } };
    const after: Heard = { ...before, control: { ...box, ticked: true } };
    expect(spokenChange(before, after, say).texts).toEqual(['Text me, box, ticked']);
  });

  test('digits one by one as they are typed, the plus by name, and the one that is deleted', () => {
    const typed = (before: string, after: string) =>
      spokenChange({ ...number, typed: before }, { ...number, typed: after }, say).texts;
    expect(typed('', '+')).toEqual(['plus']);
    expect(typed('07', '0740')).toEqual(['4', '0']);
    expect(typed('0740', '074')).toEqual(['0 deleted']);
  });

  test('an error when it appears, and once', () => {
    const wrong: Heard = { ...number, news: ['This number is one digit short.'] };
    expect(spokenChange(number, wrong, say).texts).toEqual(['This number is one digit short.']);
    expect(spokenChange(wrong, wrong, say).texts).toEqual([]);
  });

  test('the idle warning over the screen, at once', () => {
    const warning: Heard = {
      ...number,
      screen: 'idle_warning',
      texts: ['Are you still there?', 'In 15 seconds we delete what you typed.'],
      control: { role: 'button', name: 'I am still here', about: '', on: null },
      typed: null,
    };
    expect(spokenChange(number, warning, say)).toEqual({
      texts: [...warning.texts, 'I am still here, button'],
      now: true,
      digits: false,
    });
  });

  test('numbers and receipt codes sign by sign, years and counts as they are', () => {
    expect(spelled('+44 7400 123456')).toBe('+, 4, 4, 7, 4, 0, 0, 1, 2, 3, 4, 5, 6');
    expect(spelled('7K3M-Q0XV')).toBe('7, K, 3, M, Q, 0, X, V');
    expect(spelled('Back to the start in 60 seconds')).toBe('Back to the start in 60 seconds');
  });
});

/** Speech as a browser has it, that only writes down. */
function fakePlatform(voices: readonly Voice[]): { platform: SpeechPlatform; heard: string[] } {
  const heard: string[] = [];
  return {
    heard,
    platform: {
      getVoices: () => voices,
      speak: (text, language, voice) => heard.push(`${language}/${voice.lang}: ${text}`),
      cancel: () => heard.push('(silence)'),
    },
  };
}

describe('the voice', () => {
  test('is one of the language, and never one that needs a network: digits stay on the computer', () => {
    const { platform, heard } = fakePlatform([
      { lang: 'en-US', localService: false },
      { lang: 'en_GB', localService: true },
      { lang: 'fr-FR', localService: false },
    ]);
    const speaker = createSpeaker(platform);
    expect(speaker.has('en')).toBe(true);
    expect(speaker.has('fr')).toBe(false);
    expect(speaker.has('ar')).toBe(false);
    speaker.say(['Hello', ' '], 'en');
    speaker.say(['Bonjour'], 'fr');
    expect(heard).toEqual(['en/en_GB: Hello']);
  });

  test('is silenced by something new, but one digit does not cut off the other', () => {
    const { platform, heard } = fakePlatform([{ lang: 'en', localService: true }]);
    const speaker = createSpeaker(platform);
    speaker.say(['A long text'], 'en', { now: true });
    speaker.say(['0'], 'en', { now: true, digits: true });
    speaker.say(['7'], 'en', { now: true, digits: true });
    speaker.say(['Next, button'], 'en', { now: true });
    speaker.stop();
    expect(heard.map((each) => each.replace('en/en: ', ''))).toEqual([
      '(silence)',
      'A long text',
      '(silence)',
      '0',
      '7',
      '(silence)',
      'Next, button',
      '(silence)',
    ]);
  });

  test('may be missing altogether', () => {
    const speaker = createSpeaker(null);
    expect(speaker.has('en')).toBe(false);
    speaker.say(['Hello'], 'en', { now: true });
    speaker.stop();
  });
});
