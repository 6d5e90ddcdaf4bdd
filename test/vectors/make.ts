/**
 * Wrote record-v1.json, once: `node test/vectors/make.ts`. The tests read the file, not this program; running it again must give
 * the same bytes, or the record format has changed and needs a new version.
 */
import { writeFileSync } from 'node:fs';
import { createHash, createPublicKey } from 'node:crypto';
import { fromText, toText, utf8 } from '../../protocol/bytes.ts';
import { canonicalJson } from '../../protocol/canonical.ts';
import { bodyHash, chainHash, domains, genesisHash, noticeHash } from '../../protocol/chain.ts';
import { countersign, countersignatureHash } from '../../protocol/countersignature.ts';
import { receiptCode } from '../../protocol/record.ts';
import { padBody, sealSuite } from '../../protocol/seal.ts';
import { importPrivateKey, keyId, signBytes } from '../../protocol/signing.ts';
import { givenBodySchema } from '../../shared/record/body.ts';
import { headerSchema } from '../../shared/record/header.ts';

/** Keys of the vectors: SHA-256 of a name. Known to everybody, good for nothing else. */
const seed = (name: string) => createHash('sha256').update(`countersign test vector: ${name}`).digest();
const ed25519Pkcs8 = (name: string) => toText(Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed(name)]));

const rawPublicKey = (privateKey: string) =>
  toText(createPublicKey(importPrivateKey(privateKey)).export({ type: 'spki', format: 'der' }).subarray(12));

async function x25519(name: string) {
  const privateKey = await sealSuite.kem.deserializePrivateKey(Uint8Array.from(seed(name)));
  const pkcs8 = toText(Buffer.concat([Buffer.from('302e020100300506032b656e04220420', 'hex'), seed(name)]));
  const publicText = rawPublicKey(pkcs8);
  const publicKey = await sealSuite.kem.deserializePublicKey(fromText(publicText));
  return { pair: { privateKey, publicKey }, publicText, privateText: toText(seed(name)) };
}

const device = ed25519Pkcs8('device');
const server = ed25519Pkcs8('server');
const devicePublicKey = rawPublicKey(device);
const serverPublicKey = rawPublicKey(server);
const seal = await x25519('seal');
const kioskId = '0192f0c1-2b3c-7d4e-8f50-617283940516';
const epoch = '0192f0c1-0000-7000-8000-000000000001';

const statement = (sequence: number, hash: string, serverSequence: number, serverTime: string) =>
  countersign(
    { version: 1, kioskId, sequence, chainHash: hash, serverSequence, serverTime, epoch, signingKeyId: keyId(serverPublicKey) },
    importPrivateKey(server),
  );

const notice = {
  purpose: 'loyalty',
  language: 'en',
  heading: 'Loyalty points',
  boxes: [{ channel: 'sms', label: 'Text me my points', sentence: 'One text a month. Reply STOP to end.' }],
};

const genesis = genesisHash(kioskId, devicePublicKey);
const countersignatures = [statement(0, genesis, 17, '2026-11-21T08:00:00.000Z')];
const records = [];
let previousChainHash = genesis;
for (const [index, number] of ['+447400123456', '+33612345678', '+966512345678'].entries()) {
  const last = countersignatures.at(-1);
  if (last === undefined) throw new Error('no countersignature');
  const header = headerSchema.parse({
    version: 1,
    recordId: `0192f0c1-2b3c-7d4e-8f50-61728394060${index}`,
    kioskId,
    storeId: 'leeds-01',
    sequence: index + 1,
    type: 'given',
    deviceTime: `2026-11-21T09:0${index}:00.000Z`,
    monotonicTime: 60_000 * (index + 1),
    lastCountersignature: countersignatureHash(last),
    sealKeyId: keyId(seal.publicText),
    previousChainHash,
  });
  const body = givenBodySchema.parse({
    number,
    choices: [{ purpose: 'loyalty', channel: 'sms', answer: 'granted' }],
    notices: [noticeHash(canonicalJson(notice))],
    privacyNotice: toText(seed('privacy notice')),
    language: 'en',
    collectionMethod: 'self_service',
    screens: [
      { screen: 'attract', afterMilliseconds: 0 },
      { screen: 'number', afterMilliseconds: 900 },
      { screen: 'choices', afterMilliseconds: 8_400 },
    ],
    age: 'not_asked',
    verification: 'unverified',
    transactionReference: null,
    applicationVersion: '0.1.0',
    configuration: toText(seed('configuration')),
    manageToken: toText(seed(`manage token ${index}`).subarray(0, 16)),
  });
  const headerText = canonicalJson(header);
  const ephemeral = await x25519(`ephemeral ${index}`);
  const context = await sealSuite.createSenderContext({
    recipientPublicKey: seal.pair.publicKey,
    info: utf8(domains.seal),
    ekm: ephemeral.pair,
  });
  const ciphertext = new Uint8Array(await context.seal(padBody(canonicalJson(body)), utf8(headerText)));
  const sealed = Buffer.concat([fromText(ephemeral.publicText), ciphertext]);
  const hash = chainHash(headerText, bodyHash(sealed));
  records.push({
    header: headerText,
    body: canonicalJson(body),
    ephemeralPrivateKey: ephemeral.privateText,
    sealed: toText(sealed),
    bodyHash: bodyHash(sealed),
    chainHash: hash,
    signature: signBytes('record', fromText(hash), importPrivateKey(device)),
    receiptCode: receiptCode(header.recordId),
  });
  previousChainHash = hash;
  if (index === 1) countersignatures.push(statement(2, hash, 40, '2026-11-21T09:01:30.000Z'));
}
countersignatures.push(statement(3, previousChainHash, 41, '2026-11-21T09:05:00.000Z'));

const vectors = {
  comment: 'docs/record-format.md. All byte strings are base64url without padding. The keys are published: never use them.',
  kioskId,
  devicePublicKey,
  devicePrivateKeyPkcs8: device,
  serverPublicKey,
  serverPrivateKeyPkcs8: server,
  sealPublicKey: seal.publicText,
  sealPrivateKey: seal.privateText,
  notice: { canonical: canonicalJson(notice), hash: noticeHash(canonicalJson(notice)) },
  genesisHash: genesis,
  records,
  countersignatures: countersignatures.map((c) => ({ ...c, hash: countersignatureHash(c) })),
};
writeFileSync(new URL('record-v1.json', import.meta.url), `${JSON.stringify(vectors, null, 2)}\n`);
