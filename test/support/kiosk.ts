import { randomUUID } from 'node:crypto';
import { KioskApplication } from '../../electron/application.ts';
import type { KioskLog } from '../../electron/log.ts';
import { canonicalJson } from '../../protocol/canonical.ts';
import { configurationHash } from '../../protocol/chain.ts';
import type { Configuration } from '../../shared/configuration.ts';
import type { AgreementDraft, CaptureDraft, SyncStatus } from '../../shared/contracts/ipc.ts';
import { phoneNumberSchema } from '../../shared/phone/number.ts';
import { presentation, seen } from './presentation.ts';

export const silentLog: KioskLog = { info: () => undefined, failure: () => undefined };

const realClock = {
  now: () => new Date(),
  monotonic: () => Number(process.hrtime.bigint() / 1_000_000n),
};

/** The kiosk application without a window, on a data folder. */
export function openApplication(
  folder: string,
  log: KioskLog = silentLog,
  onSync: (status: SyncStatus) => void = () => undefined,
  random = Math.random,
  now = realClock.now,
): KioskApplication {
  return new KioskApplication({
    dataFolder: folder,
    nativeBinding: undefined,
    applicationVersion: '0.1.0',
    runtime: 'test',
    keyring: () => 'absent',
    clock: { ...realClock, now },
    random,
    firstSyncAfter: 0,
    log,
    onState: () => undefined,
    onSync,
  });
}

/** What the screens send when a customer ticked the first box and no other. */
export function draftFor(configuration: Configuration, number: string, language = 'en'): AgreementDraft {
  const notices = configuration.notices.filter(({ notice }) => notice.language === language);
  const privacyNotice = configuration.privacyNotices.find(({ notice }) => notice.language === language);
  if (privacyNotice === undefined) throw new Error(`no privacy notice in ${language}`);
  return {
    type: 'given',
    age: 'not_asked',
    intentId: randomUUID(),
    number: phoneNumberSchema.parse(number),
    choices: notices
      .flatMap(({ notice }) => notice.boxes.map(({ channel }) => ({ purpose: notice.purpose, channel })))
      .map((box, index) =>
        index === 0
          ? { ...box, answer: 'granted', inputModality: 'touch' }
          : { ...box, answer: 'declined', inputModality: 'none' },
      ),
    notices: notices.map(({ hash }) => seen(hash)),
    privacyNotice: { hash: privacyNotice.hash, inSightAfterMilliseconds: null },
    language,
    configuration: configurationHash(canonicalJson(configuration)),
    screens: [
      { screen: 'attract', afterMilliseconds: 0 },
      { screen: 'choices', afterMilliseconds: 9_000 },
    ],
    presentation,
  };
}

/** What the screens send when a customer wants no more messages. */
export function withdrawalFor(configuration: Configuration, number: string): CaptureDraft {
  const { intentId, language, configuration: shown, screens } = draftFor(configuration, number);
  const session = { intentId, language, configuration: shown, screens, presentation };
  return { type: 'withdrawn', number: phoneNumberSchema.parse(number), ...session };
}

/** Distinct valid British mobile numbers, 100,000 of them: 07400 100000 and up. */
export const britishMobile = (index: number): string => `+4474001${String(index).padStart(5, '0')}`;
