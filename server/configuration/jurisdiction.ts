import type { Configuration, Notice, PrivacyNotice } from '../../shared/configuration.ts';
import { CodedError } from '../../shared/errors.ts';
import { ageQuestion, hasRequiredText, type JurisdictionPack } from '../../shared/jurisdictions/pack.ts';

/** The parts of a retailer's source that a jurisdiction pack looks at. */
interface JudgedSource {
  readonly brand: Configuration['brand'];
  readonly words: Configuration['words'];
  readonly notices: readonly Notice[];
  readonly privacyNotices: readonly PrivacyNotice[];
}

/** What the source says about the age question: nothing, "as the law here has it", or its own rule. */
export type AgeInSource = Configuration['age'] | 'ask' | undefined;

/** The age question of the configuration. Null: nobody is asked. */
export function resolveAge(age: AgeInSource, pack: JurisdictionPack | undefined): Configuration['age'] {
  if (age !== undefined && age !== 'ask') return age;
  if (pack === undefined) return null;
  return age === 'ask' || pack.asksAge ? ageQuestion(pack) : null;
}

/**
 * @param path how the source is called in the error.
 * @throws CodedError configuration_lacks_required_text; `problems` names each place as a path, and what is not there.
 */
export function checkRequiredTexts(source: JudgedSource, pack: JurisdictionPack, path: string): void {
  const problems = [
    ...source.words.flatMap(({ language, smallPrint }, at) =>
      missing(pack, 'smallPrint', source.brand.name, language, smallPrint ?? '', `words.${at}.smallPrint`),
    ),
    ...source.privacyNotices.flatMap((notice, at) =>
      missing(pack, 'privacyNotice', source.brand.name, notice.language, wholeText(notice), `privacyNotices.${at}`),
    ),
  ];
  if (problems.length === 0) return;
  throw new CodedError('configuration_lacks_required_text', {
    path,
    jurisdiction: pack.code,
    problems: problems.join('; '),
  });
}

function missing(
  pack: JurisdictionPack,
  where: 'smallPrint' | 'privacyNotice',
  brand: string,
  language: string,
  text: string,
  place: string,
): string[] {
  const required = pack.requiredTexts.filter((each) => each.where === where);
  return required.flatMap((item) => {
    const found = hasRequiredText(item, { language, brand, text });
    if (found === null) return [`${place}: the pack cannot check ${item.name} in "${language}"`];
    return found ? [] : [`${place}: no ${item.missing} (${item.source})`];
  });
}

function wholeText({ title, sections }: PrivacyNotice): string {
  return [title, ...sections.flatMap(({ heading, text }) => [`${heading}.`, text])].join('\n');
}
