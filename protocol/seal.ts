import { fromText, toText, utf8 } from './bytes.ts';
import { domains } from './chain.ts';
import { prepareMessage, sealSuite } from './hpke.ts';

/**
 * A sealed body is one HPKE message in base mode: the encapsulated key (32 bytes) followed by the ciphertext with its 16-byte
 * tag. One fresh context for each record, used once.
 */
const encapsulatedKeyBytes = 32;
const info = utf8(domains.seal);

/** Bodies are padded with spaces (JSON ignores them) to a multiple of this, so that a length tells nothing of choices or number. */
export const paddingBytes = 512;

export function padBody(canonicalBody: string): Uint8Array<ArrayBuffer> {
  const bytes = utf8(canonicalBody);
  const padded = new Uint8Array(Math.ceil(bytes.length / paddingBytes) * paddingBytes).fill(0x20);
  padded.set(bytes);
  return padded;
}

/** A seal made ready in advance: setting one up costs many times what using it costs. */
export interface PreparedSeal {
  /** @param header canonical JSON, the AAD. For one record: a second call throws. */
  seal(body: Uint8Array, header: string): Uint8Array<ArrayBuffer>;
}

/** @param publicKey raw X25519 key of the server, base64url. */
export async function prepareSeal(publicKey: string): Promise<PreparedSeal> {
  const recipientPublicKey = await sealSuite.kem.deserializePublicKey(fromText(publicKey));
  const { enc, seal } = await prepareMessage({ recipientPublicKey, info });
  const encapsulatedKey = new Uint8Array(enc);
  return {
    seal: (body, header) => Uint8Array.from(Buffer.concat([encapsulatedKey, seal(body, utf8(header))])),
  };
}

/** The server's half. `privateKey` and `publicKey` are raw X25519 bytes as base64url. */
export interface StoredSealKey {
  publicKey: string;
  privateKey: string;
}

export async function generateSealKey(): Promise<StoredSealKey> {
  const pair = await sealSuite.kem.generateKeyPair();
  return {
    publicKey: toText(new Uint8Array(await sealSuite.kem.serializePublicKey(pair.publicKey))),
    privateKey: toText(new Uint8Array(await sealSuite.kem.serializePrivateKey(pair.privateKey))),
  };
}

export const importSealPrivateKey = (privateKey: string): Promise<CryptoKey> =>
  sealSuite.kem.deserializePrivateKey(fromText(privateKey));

/** Both halves: with the private one alone, each opening would work out the public one again. */
export const importSealKeyPair = async ({ publicKey, privateKey }: StoredSealKey): Promise<CryptoKeyPair> => ({
  publicKey: await sealSuite.kem.deserializePublicKey(fromText(publicKey)),
  privateKey: await importSealPrivateKey(privateKey),
});

/**
 * Opens a sealed body; the padding is still on it (JSON.parse does not mind).
 * @throws OpenError of the library if body, header or key do not belong together.
 */
export async function openSealed(
  sealed: Uint8Array<ArrayBuffer>,
  header: string,
  recipientKey: CryptoKey | CryptoKeyPair,
): Promise<string> {
  const context = await sealSuite.createRecipientContext({
    recipientKey,
    enc: sealed.slice(0, encapsulatedKeyBytes),
    info,
  });
  const body = await context.open(sealed.slice(encapsulatedKeyBytes), utf8(header));
  return new TextDecoder('utf-8', { fatal: true }).decode(body);
}
