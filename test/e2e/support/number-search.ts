import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parsePhoneNumber } from 'libphonenumber-js/max';

/** Where a number was found, and as what. */
export interface Trace {
  file: string;
  number: string;
  form: string;
}

interface Needle {
  bytes: Buffer;
  number: string;
  form: string;
}

/** The texts a number could stand as. */
function textsOf(number: string): Record<string, string> {
  const parsed = parsePhoneNumber(number);
  const national = parsed.formatNational();
  return {
    digits: number.slice(1),
    national: national.replaceAll(' ', ''),
    'national with spaces': national,
    'international with spaces': parsed.formatInternational(),
  };
}

/** What of a text's base64 does not depend on what stands before and after it, for each of the three alignments. */
function base64Cores(bytes: Buffer): string[] {
  return [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const first = Math.ceil((before * 8) / 6);
    const whole = Math.floor(((before + bytes.length) * 8) / 6);
    return encoded.slice(first, whole);
  });
}

const urlSafe = (base64: string): string => base64.replaceAll('+', '-').replaceAll('/', '_');

function encodingsOf(text: string): [string, Buffer][] {
  const utf8 = Buffer.from(text);
  const utf16 = Buffer.from(text, 'utf16le');
  const ascii = (texts: string[]): Buffer[] => texts.map((each) => Buffer.from(each, 'latin1'));
  const base64 = [...base64Cores(utf8), ...base64Cores(utf16)];
  const hex = utf8.toString('hex');
  return [
    ['UTF-8', utf8],
    ['UTF-16LE', utf16],
    ['UTF-16BE', Buffer.from(utf16).swap16()],
    ...ascii(base64).map((each): [string, Buffer] => ['base64', each]),
    ...ascii(base64.map(urlSafe)).map((each): [string, Buffer] => ['base64url', each]),
    ...ascii([hex, hex.toUpperCase()]).map((each): [string, Buffer] => ['hex', each]),
  ];
}

function hashesOf(text: string): [string, Buffer][] {
  return ['sha256', 'sha1', 'md5'].flatMap((name): [string, Buffer][] => {
    const raw = createHash(name).update(text).digest();
    const base64 = raw.toString('base64').replaceAll('=', '');
    const texts = [base64, urlSafe(base64), raw.toString('hex'), raw.toString('hex').toUpperCase()];
    return [[name, raw], ...texts.map((each): [string, Buffer] => [`${name} as text`, Buffer.from(each, 'latin1')])];
  });
}

function needlesFor(number: string): Needle[] {
  const texts = textsOf(number);
  const written = Object.entries(texts).flatMap(([name, text]) =>
    encodingsOf(text).map(([encoding, bytes]) => ({ bytes, number, form: `${name}, ${encoding}` })),
  );
  const hashed = { ...texts, 'E.164': number };
  return [
    ...written,
    ...Object.entries(hashed).flatMap(([name, text]) =>
      hashesOf(text).map(([hash, bytes]) => ({ bytes, number, form: `${name}, ${hash}` })),
    ),
  ];
}

/** Looks for numbers in all the ways they could have been left behind: as text, encoded, hashed. */
export class NumberSearch {
  /** By their first four bytes, so that each place of a file is looked at once for all of them. */
  readonly #needles = new Map<number, Needle[]>();

  constructor(numbers: readonly string[]) {
    for (const needle of numbers.flatMap(needlesFor)) {
      const start = needle.bytes.readUInt32LE(0);
      const alike = this.#needles.get(start);
      if (alike === undefined) this.#needles.set(start, [needle]);
      else alike.push(needle);
    }
  }

  /** In every file below the folder, and in the files' names. */
  tracesIn(folder: string): Trace[] {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));
    return files.flatMap((file) => {
      const name = relative(folder, file);
      const content = lstatSync(file).isFile() ? readFileSync(file) : Buffer.alloc(0);
      return [...this.#tracesOf(Buffer.from(name)), ...this.#tracesOf(content)].map(({ number, form }) => ({
        file: name,
        number,
        form,
      }));
    });
  }

  #tracesOf(bytes: Buffer): Needle[] {
    const found = new Set<Needle>();
    for (let at = 0; at + 4 <= bytes.length; at++) {
      for (const needle of this.#needles.get(bytes.readUInt32LE(at)) ?? []) {
        if (bytes.subarray(at, at + needle.bytes.length).equals(needle.bytes)) found.add(needle);
      }
    }
    return [...found];
  }
}
