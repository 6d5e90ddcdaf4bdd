/** The signs of a keyboard's keys, row by row, from left to right in every language. */
export type KeyboardLayout = readonly (readonly string[])[];

const digits = '1234567890';

/** Where people look for a letter depends on their language. */
const letters: Readonly<Record<string, readonly [string, string, string]>> = {
  en: ['qwertyuiop', 'asdfghjkl', 'zxcvbnm'],
  es: ['qwertyuiop', 'asdfghjklñ', 'zxcvbnm'],
  fr: ['azertyuiop', 'qsdfghjklm', 'wxcvbn'],
  de: ['qwertzuiopü', 'asdfghjklöä', 'yxcvbnm'],
  ar: ['ضصثقفغعهخحجد', 'شسيبلاتنمكط', 'ئءؤرىةوزظذ'],
};

const baseOf = (language: string): string => language.split('-', 1)[0] ?? '';
const keysOf = (rows: readonly string[]): KeyboardLayout => rows.map((row) => [...row]);

/** For the name of a country in that language, or its calling code. */
export function nameLayout(language: string): KeyboardLayout {
  return keysOf([digits, ...(letters[baseOf(language)] ?? letters.en ?? [])]);
}

/** For an address of a server and a code, which are written in plain Latin letters everywhere. */
export function addressLayout(language: string): KeyboardLayout {
  const [first = '', second = '', third = ''] = letters[baseOf(language)] ?? [];
  const rows = /^[a-zñöäü]*$/.test(first) ? [first, second, third] : (letters.en ?? []);
  const plain = rows.map((row) => row.replaceAll(/[^a-z]/g, ''));
  return keysOf([digits, plain[0] ?? '', plain[1] ?? '', `${plain[2] ?? ''}-.:/`]);
}
