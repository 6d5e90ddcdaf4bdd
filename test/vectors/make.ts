/**
 * Wrote record-v1.json, ledger-v1.jsonl and audit-trail-v1.jsonl, once: `node test/vectors/make.ts`. The tests read the files, not this program; running it again must give
 * the same bytes, or the record format has changed and needs a new version.
 */
import { writeFileSync } from 'node:fs';
import { createHash, createPublicKey } from 'node:crypto';
import { fromText, toText, utf8 } from '../../protocol/bytes.ts';
import { packBatch } from '../../protocol/batch.ts';
import { canonicalJson, type Json } from '../../protocol/canonical.ts';
import { auditEntryHash, emptyTrailHash, signTrailHead } from '../../protocol/audit-trail/chain.ts';
import type { AuditEntry } from '../../protocol/audit-trail/format.ts';
import { bodyHash, chainHash, configurationHash, domains, genesisHash, noticeHash } from '../../protocol/chain.ts';
import { countersign, countersignatureHash } from '../../protocol/countersignature.ts';
import { receiptCode } from '../../protocol/record.ts';
import { padBody, sealSuite } from '../../protocol/seal.ts';
import { importPrivateKey, keyId, signBytes } from '../../protocol/signing.ts';
import { bodySchemas, type RecordType } from '../../shared/record/body.ts';
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

const statement = (sequence: number, hash: string, serverSequence: number, serverTime: string, of = epoch) =>
  countersign(
    { version: 1, kioskId, sequence, chainHash: hash, serverSequence, serverTime, epoch: of, signingKeyId: keyId(serverPublicKey) },
    importPrivateKey(server),
  );

const notice = {
  purpose: 'loyalty',
  language: 'en',
  heading: 'Loyalty points',
  boxes: [
    { channel: 'sms', label: 'Text me my points', sentence: 'One text a month. Reply STOP to end.' },
    { channel: 'call', label: 'Call me about offers', sentence: 'At most one call in three months.' },
  ],
};

const genesis = genesisHash(kioskId, devicePublicKey);
const countersignatures = [statement(0, genesis, 17, '2026-11-21T08:00:00.000Z')];
const records: Awaited<ReturnType<typeof makeVector>>[] = [];

/** @param plain of the body; its type's schema says whether it is one. */
async function makeVector(type: RecordType, plain: Record<string, unknown>) {
  const index = records.length;
  const last = countersignatures.at(-1);
  if (last === undefined) throw new Error('no countersignature');
  const header = headerSchema.parse({
    version: 1,
    recordId: `0192f0c1-2b3c-7d4e-8f50-61728394060${index}`,
    kioskId,
    storeId: 'leeds-01',
    sequence: index + 1,
    type,
    deviceTime: `2026-11-21T09:0${index}:00.000Z`,
    monotonicTime: 60_000 * (index + 1),
    lastCountersignature: countersignatureHash(last),
    sealKeyId: keyId(seal.publicText),
    previousChainHash: records.at(-1)?.chainHash ?? genesis,
  });
  const body = bodySchemas[type].parse(plain) as Json;
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
  return {
    header: headerText,
    body: canonicalJson(body),
    ephemeralPrivateKey: ephemeral.privateText,
    sealed: toText(sealed),
    bodyHash: bodyHash(sealed),
    chainHash: hash,
    signature: signBytes('record', fromText(hash), importPrivateKey(device)),
    receiptCode: receiptCode(header.recordId),
  };
}

const evidence = {
  language: 'en',
  collectionMethod: 'self_service',
  screens: [
    { screen: 'attract', afterMilliseconds: 0 },
    { screen: 'number', afterMilliseconds: 900 },
    { screen: 'choices', afterMilliseconds: 8_400 },
  ],
  presentation: {
    width: 1280,
    height: 800,
    scalePercent: 150,
    direction: 'ltr',
    textSize: 'normal',
    contrast: 'standard',
    lowControls: false,
    readAloud: false,
  },
  applicationVersion: '0.1.0',
  configuration: toText(seed('configuration')),
};
const manageToken = (index: number) => toText(seed(`manage token ${index}`).subarray(0, 16));
const agreement = (number: string) => ({
  number,
  choices: [
    { purpose: 'loyalty', channel: 'sms', answer: 'granted', inputModality: 'touch' },
    { purpose: 'loyalty', channel: 'call', answer: 'declined', inputModality: 'none' },
  ],
  notices: [{ hash: noticeHash(canonicalJson(notice)), inSightAfterMilliseconds: 8_650 }],
  privacyNotice: { hash: toText(seed('privacy notice')), inSightAfterMilliseconds: null },
  age: 'not_asked',
  verification: 'unverified',
  transactionReference: null,
  manageToken: manageToken(records.length),
  ...evidence,
});

for (const [index, number] of ['+447400123456', '+33612345678', '+966512345678'].entries()) {
  records.push(await makeVector('given', agreement(number)));
  if (index === 1) countersignatures.push(statement(2, records[1]?.chainHash ?? '', 40, '2026-11-21T09:01:30.000Z'));
}
countersignatures.push(statement(3, records[2]?.chainHash ?? '', 41, '2026-11-21T09:05:00.000Z'));
records.push(
  await makeVector('guardian_consent', { ...agreement('+447400123457'), age: 'threshold_passed', attestation: 'staff_pin' }),
);
records.push(await makeVector('withdrawn', { number: '+447400123456', scope: 'everything', ...evidence, language: 'zh-Hant' }));
records.push(
  await makeVector('number_changed', {
    previousNumber: '+33612345678',
    number: '+33612345679',
    verification: 'unverified',
    manageToken: manageToken(5),
    ...evidence,
  }),
);
const restored = '0192f0c1-0000-7000-8000-000000000002';
countersignatures.push(statement(6, records[5]?.chainHash ?? '', 12, '2026-11-22T08:00:00.000Z', restored));

const onWire = ({ header, bodyHash: hash, sealed, signature }: (typeof records)[number]) => ({
  header,
  bodyHash: hash,
  sealed: fromText(sealed),
  signature,
});
const configuration = canonicalJson({ brand: { name: 'Alder & Pine' }, languages: ['en'], version: 1 });
const issue = { epoch: restored, revision: 12 };

function fail(): never {
  throw new Error('vectors incomplete');
}

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
  batches: {
    inOrder: toText(packBatch(records.slice(0, 2).map(onWire))),
    following: toText(packBatch(records.slice(2, 4).map(onWire), { follows: 2 })),
    ahead: toText(packBatch(records.slice(4, 5).map(onWire), { ahead: true })),
  },
  erased: { ...onWire(records[1] ?? fail()), sealed: null, chainHash: records[1]?.chainHash },
  configuration: {
    canonical: configuration,
    hash: configurationHash(configuration),
    ...issue,
    signature: signBytes(
      'configuration',
      utf8(canonicalJson({ configuration: configurationHash(configuration), ...issue })),
      importPrivateKey(server),
    ),
  },
};
writeFileSync(new URL('record-v1.json', import.meta.url), `${JSON.stringify(vectors, null, 2)}\n`);

const inLines = (contents: object[]) => contents.map((content) => `${JSON.stringify(content)}\n`).join('');
const signingKeys = [{ id: keyId(serverPublicKey), publicKey: serverPublicKey }];
const received = [
  { receivedAt: '2026-11-21T09:01:30.000Z', serverSequence: 40 },
  { receivedAt: '2026-11-21T09:01:30.000Z', serverSequence: 40 },
  { receivedAt: '2026-11-21T09:05:00.000Z', serverSequence: 41 },
  { receivedAt: '2026-11-22T08:00:00.000Z', serverSequence: 12 },
  { receivedAt: '2026-11-22T08:00:00.000Z', serverSequence: 12 },
  { receivedAt: '2026-11-22T08:00:00.000Z', serverSequence: 12 },
];
const about = (sequence: number) =>
  countersignatures.filter((each) => each.sequence === sequence).map((countersignature) => ({ countersignature }));
const ledger = inLines([
  {
    audit: 1,
    exportedAt: '2026-11-23T10:00:00.000Z',
    kiosk: { id: kioskId, storeId: 'leeds-01', devicePublicKey, enrolledAt: '2026-11-21T08:00:00.000Z', revokedAt: null },
    epoch: restored,
    signingKeys,
  },
  ...about(0),
  ...records.flatMap(({ header, bodyHash: hash, sealed, signature }, index) => [
    // The second one's body was erased.
    { record: { header, bodyHash: hash, sealed: index === 1 ? null : sealed, signature, ...received[index] } },
    ...about(index + 1),
  ]),
]);
const end = {
  records: records.length,
  countersignatures: countersignatures.length,
  signingKeyId: keyId(serverPublicKey),
  signature: signBytes('audit', createHash('sha256').update(ledger).digest(), importPrivateKey(server)),
};
writeFileSync(new URL('ledger-v1.jsonl', import.meta.url), ledger + inLines([{ end }]));

const told = [
  { principal: { kind: 'administrator', id: null }, action: 'enrolment_code.created', about: { kind: 'store', id: 'leeds-01' } },
  { principal: { kind: 'kiosk', id: kioskId }, action: 'kiosk.enrolled', about: { kind: 'kiosk', id: kioskId } },
  { principal: { kind: 'job', id: 'recovery' }, action: 'epoch.begun', about: { kind: 'epoch', id: restored } },
  { principal: { kind: 'administrator', id: null }, action: 'audit_trail.exported', about: null },
];
const entries: (AuditEntry & { hash: string })[] = [];
for (const [index, each] of told.entries()) {
  const entry = {
    sequence: index + 1,
    at: `2026-11-2${index + 1}T08:00:00.000Z`,
    ...each,
    outcome: 'done',
    previousHash: entries.at(-1)?.hash ?? emptyTrailHash,
  };
  entries.push({ ...entry, hash: auditEntryHash(entry) });
}
const last = entries.at(-1) ?? fail();
const head = signTrailHead(
  { sequence: last.sequence, hash: last.hash, at: last.at, epoch: restored, signingKeyId: keyId(serverPublicKey) },
  importPrivateKey(server),
);
const trail = inLines([{ auditTrail: 1, signingKeys }, ...entries.map((entry) => ({ entry })), { head }]);
writeFileSync(new URL('audit-trail-v1.jsonl', import.meta.url), trail);
