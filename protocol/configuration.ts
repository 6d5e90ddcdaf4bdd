import type { KeyObject } from 'node:crypto';
import {
  type Configuration,
  type ConfigurationIssue,
  configurationSchema,
  type SignedConfiguration,
} from '../shared/configuration.ts';
import { CodedError } from '../shared/errors.ts';
import { utf8 } from './bytes.ts';
import { canonicalJson } from './canonical.ts';
import { configurationHash, noticeHash } from './chain.ts';
import { keyId, signBytes, verifyBytes } from './signing.ts';

/** @param publicKey of the signing key, to name it. */
export function signConfiguration(
  configuration: Configuration,
  { epoch, revision }: ConfigurationIssue,
  key: KeyObject,
  publicKey: string,
): SignedConfiguration {
  const document = canonicalJson(configuration);
  const issued = { document, epoch, revision };
  return { ...issued, signingKeyId: keyId(publicKey), signature: signBytes('configuration', signedBytes(issued), key) };
}

/** The document by its hash, as records name it. */
const signedBytes = ({ document, epoch, revision }: Pick<SignedConfiguration, 'document' | 'epoch' | 'revision'>) =>
  utf8(canonicalJson({ configuration: configurationHash(document), epoch, revision }));

/**
 * A configuration is used only if the pinned key signed it, it has the expected form, and each notice still has the name that
 * its words give it.
 * @throws CodedError configuration_signature_invalid | configuration_malformed | notice_hash_wrong
 */
export function readConfiguration(signed: SignedConfiguration, key: KeyObject): Configuration {
  if (!verifyBytes('configuration', signedBytes(signed), signed.signature, key)) {
    throw new CodedError('configuration_signature_invalid');
  }
  const parsed = configurationSchema.safeParse(JSON.parse(signed.document));
  if (!parsed.success) throw new CodedError('configuration_malformed', { issues: parsed.error.issues.length });
  for (const { hash, notice } of [...parsed.data.notices, ...parsed.data.privacyNotices]) {
    if (noticeHash(canonicalJson(notice)) !== hash) throw new CodedError('notice_hash_wrong', { hash });
  }
  return parsed.data;
}
