import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { withinItsBlocks } from '../../electron/capture/whole-blocks.ts';
import { canonicalJson } from '../../protocol/canonical.ts';
import { padBody, paddingBytes } from '../../protocol/seal.ts';
import { loadConfiguration } from '../../server/modules/configuration/loader.ts';
import { wireLimits } from '../../shared/contracts/wire.ts';
import { bodySchemas, mostSteps, type RecordBody, type RecordType } from '../../shared/record/body.ts';
import { presentation } from '../support/presentation.ts';

const hash = (letter: string) => `${letter.repeat(42)}A`;
const seen = (letter: string) => ({ hash: hash(letter), inSightAfterMilliseconds: 3_599_999 });
const step = (screen: string, at = 3_599_999) => ({ screen, afterMilliseconds: at });

/** The longest that a body can say of how it came about, in a shop that has the languages and boxes of a configuration. */
const evidence = (language: string, steps: number) => ({
  language,
  collectionMethod: 'staff_assisted' as const,
  screens: Array.from({ length: steps }, () => step('untick_marketing_messaging_app')),
  presentation: {
    ...presentation,
    width: 3_840,
    height: 2_160,
    textSize: 'largest' as const,
    direction: 'rtl' as const,
  },
  applicationVersion: '10.10.10-candidate.10',
  configuration: hash('C'),
});
const longNumber = '+491512345678901' as GivenNumber;
type GivenNumber = ReturnType<(typeof bodySchemas)['given']['parse']>['number'];
const manageToken = 'A'.repeat(22);

/** A body of each type: one that says least, and one in which everything was done that can be, again and again. */
function bodiesOf(
  boxes: { purpose: string; channel: 'sms' | 'call' | 'messaging_app' }[],
  notices: number,
  language: string,
) {
  return [1, mostSteps].flatMap((steps) => {
    const long = steps > 1;
    const agreement = {
      number: long ? longNumber : ('+4912345' as GivenNumber),
      choices: boxes.map((box, at) => ({
        ...box,
        answer: at === 0 ? ('granted' as const) : ('declined' as const),
        inputModality: long ? ('assistive_technology' as const) : at === 0 ? ('pen' as const) : ('none' as const),
      })),
      notices: Array.from({ length: notices }, () =>
        long ? seen('N') : { ...seen('N'), inSightAfterMilliseconds: null },
      ),
      privacyNotice: seen('P'),
      age: 'threshold_passed' as const,
      verification: 'unverified' as const,
      transactionReference: null,
      manageToken,
      ...evidence(language, steps),
    };
    const changed = { previousNumber: longNumber, number: longNumber, verification: 'unverified', manageToken };
    const of: Record<RecordType, unknown> = {
      given: agreement,
      guardian_consent: { ...agreement, attestation: 'manager_pin' },
      withdrawn: { number: longNumber, scope: 'everything', ...evidence(language, steps) },
      number_changed: { ...changed, ...evidence(language, steps) },
    };
    return Object.entries(of).map(([type, body]) => bodySchemas[type as RecordType].parse(body) as RecordBody);
  });
}

const padded = (body: RecordBody) => padBody(canonicalJson(withinItsBlocks(body))).length;

describe('kept 18: what is sealed has one size', () => {
  for (const name of ['demo', 'demo-us']) {
    const file = join(import.meta.dirname, `../../server/modules/configuration/${name}.json`);
    const configuration = loadConfiguration(file).forStore('leeds-01', null);
    test.each(configuration.languages)(`every type of record of ${name}, in %s, whatever somebody did`, (language) => {
      const shown = configuration.notices.filter(({ notice }) => notice.language === language);
      const boxes = shown.flatMap(({ notice }) =>
        notice.boxes.map(({ channel }) => ({ purpose: notice.purpose, channel })),
      );
      const sizes = bodiesOf(boxes, shown.length, language).map(padded);
      expect(sizes).toHaveLength(8);
      expect(new Set(sizes)).toEqual(new Set([paddingBytes]));
    });
  }

  test('steps that fit are kept, in their order; those that would need another block are not', () => {
    const [few, many] = [5, mostSteps].map((steps) =>
      withinItsBlocks(
        bodySchemas.withdrawn.parse({ number: longNumber, scope: 'everything', ...evidence('en', steps) }),
      ),
    );
    expect(few?.screens).toHaveLength(5);
    expect(many?.screens.length).toBeGreaterThan(5);
    expect(canonicalJson(many ?? null).length).toBeGreaterThan(paddingBytes - 100);
    expect(canonicalJson(many ?? null).length).toBeLessThanOrEqual(paddingBytes);
  });

  test('the longest body that the format allows can be sent', () => {
    const boxes = Array.from({ length: 40 }, (_, at) => ({
      purpose: `${'a'.repeat(38)}${String.fromCharCode(97 + (at % 20), 97 + Math.floor(at / 20))}`,
      channel: 'messaging_app' as const,
    }));
    const most = Number.MAX_SAFE_INTEGER;
    for (const body of bodiesOf(boxes, 40, 'en')) {
      const longest = {
        ...body,
        screens: body.screens.map(() => step('s'.repeat(40), most)),
        applicationVersion: '€'.repeat(40),
        language: 'l'.repeat(35),
      };
      const tag = 16;
      const encapsulatedKey = 32;
      expect(padBody(canonicalJson(longest)).length + tag + encapsulatedKey).toBeLessThanOrEqual(
        wireLimits.sealedBytes,
      );
    }
  });
});
