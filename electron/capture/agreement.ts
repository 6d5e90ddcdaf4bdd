import type { Configuration } from '../../shared/configuration.ts';
import type { AgreementDraft } from '../../shared/contracts/ipc.ts';
import { CodedError } from '../../shared/errors.ts';
import type { ConfigurationInForce } from '../kiosk.ts';

/**
 * The configuration that the customer had on the screen has to be in force, and the draft to answer exactly its boxes.
 * @throws CodedError notice_outdated | nothing_granted
 */
export function requireAgreement(draft: AgreementDraft, inForce: readonly ConfigurationInForce[]): void {
  const shown = inForce.find(({ hash }) => hash === draft.configuration);
  if (shown === undefined || !answersTheBoxesOf(shown.configuration, draft)) throw new CodedError('notice_outdated');
  if (!draft.choices.some(({ answer }) => answer === 'granted')) throw new CodedError('nothing_granted');
}

function answersTheBoxesOf(configuration: Configuration, draft: AgreementDraft): boolean {
  const shown = configuration.notices.filter(({ notice }) => notice.language === draft.language);
  const boxes = shown.flatMap(({ notice }) => notice.boxes.map(({ channel }) => `${notice.purpose}/${channel}`));
  return (
    draft.notices.map(({ hash }) => hash).join() === shown.map(({ hash }) => hash).join() &&
    draft.choices.map(({ purpose, channel }) => `${purpose}/${channel}`).join() === boxes.join() &&
    configuration.privacyNotices.some(
      ({ hash, notice }) => notice.language === draft.language && hash === draft.privacyNotice.hash,
    )
  );
}
