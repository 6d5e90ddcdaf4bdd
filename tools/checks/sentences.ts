/** A customer reads standing, in a hurry: no sentence has more words than this. */
const MOST_WORDS = 15;

const sentenceEnd = /(?<=[.:;!?؛؟])\s+/;
const hasLetter = /[\p{L}\p{N}]/u;

/** The sentences of a text that are too long. A colon and a semicolon end a sentence too: the reader may breathe there. */
export function longSentences(text: string): string[] {
  return text.split(sentenceEnd).filter((sentence) => wordsOf(sentence) > MOST_WORDS);
}

/** A dash or a question mark that stands alone, as French wants it, is no word. */
function wordsOf(sentence: string): number {
  return sentence.split(/\s+/).filter((word) => hasLetter.test(word)).length;
}

/** Every text of a configuration source that a customer reads, with its place as a path. */
export function customerTexts(configuration: Record<string, unknown>): { place: string; text: string }[] {
  const { words, notices, privacyNotices } = configuration;
  return textsIn({ words, notices, privacyNotices }, '');
}

function textsIn(value: unknown, place: string): { place: string; text: string }[] {
  if (typeof value === 'string') return [{ place, text: value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => textsIn(inner, place === '' ? key : `${place}.${key}`));
}
