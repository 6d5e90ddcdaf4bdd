import type { Say } from '../words/words.tsx';

/** A control as it is spoken: its name, what it is, and how it stands. */
export type SpokenControl = { readonly name: string; readonly about: string } & (
  | { readonly role: 'button'; readonly on: boolean | null }
  | { readonly role: 'box'; readonly ticked: boolean }
  | { readonly role: 'field'; readonly value: string }
  | { readonly role: 'option'; readonly chosen: boolean }
  | { readonly role: 'text' }
);

/** What there is on the screen for somebody who hears it. */
export interface Heard {
  /** Another one: another screen, read from its beginning. */
  readonly screen: string;
  readonly texts: readonly string[];
  /** Errors and answers that appear while the screen stays. */
  readonly news: readonly string[];
  readonly control: SpokenControl | null;
  /** Names the control, so that two with the same words are two. */
  readonly controlId: number;
  /** What stands in the number's field, digits and at most a leading plus; null where there is none. */
  readonly typed: string | null;
}

export interface Spoken {
  readonly texts: readonly string[];
  readonly now: boolean;
  readonly digits: boolean;
}

/** What has to be said when the screen was like `before` and is like `after` now. */
export function spokenChange(before: Heard | null, after: Heard, say: Say): Spoken {
  if (before === null || before.screen !== after.screen) {
    const control = after.control === null ? [] : [controlText(after.control, say)];
    return { texts: [...after.texts.map(spelled), ...after.news, ...control], now: true, digits: false };
  }
  const news = after.news.filter((each) => !before.news.includes(each));
  if (before.typed !== null && after.typed !== null && before.typed !== after.typed) {
    return { texts: [...typedTexts(before.typed, after.typed, say), ...news], now: true, digits: true };
  }
  const moved = before.controlId !== after.controlId;
  const text = after.control === null ? '' : controlText(after.control, say);
  const changed = moved || (before.control !== null && controlText(before.control, say) !== text);
  if (changed && text !== '') return { texts: [text, ...news], now: true, digits: false };
  return { texts: news, now: false, digits: false };
}

/** Telephone numbers and receipt codes sign by sign: as one large number nobody can check them. */
export function spelled(text: string): string {
  return text
    .replace(/\b[0-9A-Z]{4}-[0-9A-Z]{4}\b/g, (code) => [...code.replace('-', '')].join(', '))
    .replace(/\+?\d[\d ]{5,}\d/g, (number) => [...number.replaceAll(' ', '')].join(', '));
}

/** One by one, as a telephone number is read. */
function typedTexts(before: string, after: string, say: Say): string[] {
  if (after.startsWith(before)) return characters(after.slice(before.length), say);
  if (before.startsWith(after)) {
    return characters(before.slice(after.length), say).map((digit) => say('speech.deleted', { digit }));
  }
  return characters(after, say);
}

function characters(text: string, say: Say): string[] {
  return [...text].map((each) => (each === '+' ? say('common.plus') : each));
}

export function controlText(control: SpokenControl, say: Say): string {
  return [controlWords(control, say), control.about].filter((each) => each !== '').join('. ');
}

function controlWords(control: SpokenControl, say: Say): string {
  const { name } = control;
  switch (control.role) {
    case 'button':
      if (control.on === null) return say('speech.button', { name });
      return control.on ? say('speech.buttonOn', { name }) : say('speech.buttonOff', { name });
    case 'box':
      return control.ticked ? say('speech.boxTicked', { name }) : say('speech.boxEmpty', { name });
    case 'field':
      if (control.value === '') return say('speech.fieldEmpty', { name });
      return say('speech.field', { name, value: characters(control.value, say).join(', ') });
    case 'option':
      return control.chosen ? say('speech.optionChosen', { name }) : name;
    case 'text':
      return name;
  }
}
