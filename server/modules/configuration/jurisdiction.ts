import type { Configuration, PrivacyNotice } from '../../../shared/configuration.ts';
import type { ConfigurationProblem } from '../../../shared/configuration-languages.ts';
import { ageQuestion, hasRequiredText, type JurisdictionPack } from '../../../shared/jurisdictions/pack.ts';

/** The parts of a retailer's source that a jurisdiction pack looks at. */
interface JudgedSource {
  readonly brand: Configuration['brand'];
  readonly words: Configuration['words'];
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

/** The texts that the law asks for and the source does not have. */
export function requiredTextProblems(source: JudgedSource, pack: JurisdictionPack): ConfigurationProblem[] {
  const { brand, words, privacyNotices } = source;
  return [
    ...words.flatMap(({ language, smallPrint }, at) =>
      missing(pack, 'smallPrint', brand.name, language, smallPrint ?? '', `words.${at}.smallPrint`),
    ),
    ...privacyNotices.flatMap((notice, at) =>
      missing(pack, 'privacyNotice', brand.name, notice.language, wholeText(notice), `privacyNotices.${at}`),
    ),
  ];
}

function missing(
  pack: JurisdictionPack,
  where: 'smallPrint' | 'privacyNotice',
  brand: string,
  language: string,
  text: string,
  place: string,
): ConfigurationProblem[] {
  const required = pack.requiredTexts.filter((each) => each.where === where);
  return required.flatMap((item) => {
    const found = hasRequiredText(item, { language, brand, text });
    if (found === null) {
      return [
        { place, problem: `the law of ${pack.code} asks for ${item.name}, which cannot be checked in "${language}"` },
      ];
    }
    return found ? [] : [{ place, problem: `no ${item.missing}, as ${pack.code} asks for (${item.source})` }];
  });
}

function wholeText({ title, sections }: PrivacyNotice): string {
  return [title, ...sections.flatMap(({ heading, text }) => [`${heading}.`, text])].join('\n');
}
