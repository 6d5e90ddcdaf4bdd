import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createIntl } from 'react-intl';
import { customerTexts, longSentences } from './sentences.ts';

/**
 * Checks the message files of the screens: every language has every message, every message is used and exists, its ICU
 * syntax holds, its arguments are the same in every language, a plural has every form that the language has, and what a
 * customer reads has short sentences, also in the texts of the demo shops.
 */

export type Messages = Readonly<Record<string, string>>;

interface MessageElement {
  type: number;
  value?: string;
  pluralType?: 'cardinal' | 'ordinal';
  options?: Record<string, { value: MessageElement[] }>;
  children?: MessageElement[];
}

/** Element types of the ICU message syntax tree, by the numbers its parser gives them. */
const literal = 0;
const plural = 6;
const pound = 7;

/** Everything that is wrong, as sentences; an empty list when nothing is. `sources` is the code that uses the messages. */
export function checkMessages(languages: Readonly<Record<string, Messages>>, sources: readonly string[]): string[] {
  const problems: string[] = [];
  const all = new Set(Object.values(languages).flatMap((messages) => Object.keys(messages)));
  const { names, called } = namesIn(sources);
  for (const id of called) if (!all.has(id)) problems.push(`${id}: used by the screens, but no language has it`);
  for (const id of all) {
    if (!names.has(id)) problems.push(`${id}: no screen uses it`);
    const argumentsBy = new Map<string, string>();
    for (const [language, messages] of Object.entries(languages)) {
      const text = messages[id];
      if (text === undefined || text.trim() === '') {
        problems.push(`${id}: missing in ${language}`);
        continue;
      }
      try {
        const tree = parse(text, language);
        argumentsBy.set(language, [...argumentsOf(tree)].sort().join(', '));
        problems.push(...missingForms(tree, language).map((form) => `${id}: ${language} has no plural form "${form}"`));
        if (!forStaff.test(id)) problems.push(...tooLong(spokenForms(tree), `${id}: ${language}`));
      } catch (error) {
        problems.push(`${id}: ${language} is not an ICU message (${error instanceof Error ? error.message : error})`);
      }
    }
    if (new Set(argumentsBy.values()).size > 1) {
      const each = [...argumentsBy].map(([language, found]) => `${language} {${found}}`);
      problems.push(`${id}: the arguments differ: ${each.join('; ')}`);
    }
  }
  return problems;
}

/** Message names look like `number.question`: lower-case words with at least one dot between them, in quotes. */
const quotedName = /(['"])([a-z][A-Za-z]*(?:\.[A-Za-z_]+)+)\1/g;
const calledName = /\bsay\(\s*(['"])([^'"]+)\1/g;

function namesIn(sources: readonly string[]): { names: Set<string>; called: Set<string> } {
  const names = new Set<string>();
  const called = new Set<string>();
  for (const source of sources) {
    for (const [, , name] of source.matchAll(quotedName)) if (name !== undefined) names.add(name);
    for (const [, , name] of source.matchAll(calledName)) if (name !== undefined) called.add(name);
  }
  return { names, called };
}

/** Screens that no customer sees. */
const forStaff = /^(manager|pin|setup)\./;

function tooLong(texts: readonly string[], place: string): string[] {
  const long = new Set(texts.flatMap(longSentences));
  return [...long].map((sentence) => `${place} has a sentence that is too long: ${sentence}`);
}

/** Every text that a message can become; an argument counts as one word. */
function spokenForms(tree: readonly MessageElement[]): string[] {
  return tree.reduce<string[]>(
    (before, element) => {
      const inner = innerOf(element)
        .filter((each) => each.length > 0)
        .flatMap(spokenForms);
      const after = inner.length > 0 ? inner : [element.type === literal ? (element.value ?? '') : '1'];
      return before.flatMap((start) => after.map((end) => start + end));
    },
    [''],
  );
}

function parse(text: string, language: string): MessageElement[] {
  const { formatters } = createIntl({ locale: language, messages: {} });
  return formatters.getMessageFormat(text, language).getAst() as unknown as MessageElement[];
}

function argumentsOf(tree: readonly MessageElement[]): Set<string> {
  const found = new Set<string>();
  for (const element of tree) {
    if (element.type !== literal && element.type !== pound && element.value !== undefined) found.add(element.value);
    for (const inner of innerOf(element)) for (const name of argumentsOf(inner)) found.add(name);
  }
  return found;
}

function innerOf(element: MessageElement): MessageElement[][] {
  return [...Object.values(element.options ?? {}).map(({ value }) => value), element.children ?? []];
}

function missingForms(tree: readonly MessageElement[], language: string): string[] {
  return tree.flatMap((element) => {
    const inner = innerOf(element).flatMap((each) => missingForms(each, language));
    if (element.type !== plural) return inner;
    const rules = new Intl.PluralRules(language, { type: element.pluralType ?? 'cardinal' });
    const forms = rules.resolvedOptions().pluralCategories;
    return [...inner, ...forms.filter((form) => element.options?.[form] === undefined)];
  });
}

function filesUnder(folder: string, ending: RegExp): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && ending.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** The same over the files of a renderer folder. Node 20.12 or newer. */
export function checkFolder(renderer: string): string[] {
  const languages: Record<string, Messages> = {};
  for (const file of filesUnder(join(renderer, 'messages'), /\.json$/)) {
    languages[basename(file, '.json')] = JSON.parse(readFileSync(file, 'utf8')) as Messages;
  }
  return checkMessages(
    languages,
    filesUnder(renderer, /\.tsx?$/).map((file) => readFileSync(file, 'utf8')),
  );
}

/** The long sentences in the configuration sources of a folder. */
export function checkConfigurations(folder: string): string[] {
  return filesUnder(folder, /\.json$/).flatMap((file) =>
    customerTexts(JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>).flatMap(({ place, text }) =>
      tooLong([text], `${basename(file)} ${place}`),
    ),
  );
}

/** Everything that is wrong with the texts of a checkout. */
export function checkTexts(root: string): string[] {
  return [
    ...checkFolder(join(root, 'renderer')),
    ...checkConfigurations(join(root, 'server', 'modules', 'configuration')),
  ];
}
