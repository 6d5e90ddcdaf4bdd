/** As much of the platform's speech as is used; tests bring their own. */
export interface Voice {
  readonly lang: string;
  /** False: the words would leave the computer. */
  readonly localService: boolean;
}

export interface SpeechPlatform<V extends Voice = Voice> {
  getVoices(): readonly V[];
  /** Speaks after whatever is still being spoken. */
  speak(text: string, language: string, voice: V): void;
  cancel(): void;
}

export interface Speaker {
  /** Whether there is a voice for the language that works without a network. */
  has(language: string): boolean;
  /** `now` silences what is being spoken, digits excepted: nobody can type faster than they are counted. */
  say(texts: readonly string[], language: string, how?: { now?: boolean; digits?: boolean }): void;
  stop(): void;
}

export function createSpeaker<V extends Voice>(platform: SpeechPlatform<V> | null): Speaker {
  let lastWereDigits = false;
  const voiceFor = (language: string): V | undefined => {
    const base = language.split('-', 1)[0]?.toLowerCase();
    const fitting = (platform?.getVoices() ?? []).filter(
      ({ lang, localService }) => localService && lang.toLowerCase().split(/[-_]/, 1)[0] === base,
    );
    return fitting.find(({ lang }) => lang.toLowerCase() === language.toLowerCase()) ?? fitting[0];
  };
  return {
    has: (language) => voiceFor(language) !== undefined,
    say: (texts, language, { now = false, digits = false } = {}) => {
      const voice = voiceFor(language);
      if (platform === null || voice === undefined) return;
      if (now && !(digits && lastWereDigits)) platform.cancel();
      lastWereDigits = digits;
      for (const text of texts) if (text.trim() !== '') platform.speak(text, language, voice);
    },
    stop: () => {
      lastWereDigits = false;
      platform?.cancel();
    },
  };
}

/** The browser's own speech, or null where there is none. */
export function browserSpeech(): SpeechPlatform<SpeechSynthesisVoice> | null {
  if (!('speechSynthesis' in window)) return null;
  return {
    getVoices: () => speechSynthesis.getVoices(),
    speak: (text, language, voice) => {
      const utterance = new SpeechSynthesisUtterance(text);
      utterance.voice = voice;
      utterance.lang = language;
      speechSynthesis.speak(utterance);
    },
    cancel: () => speechSynthesis.cancel(),
  };
}
