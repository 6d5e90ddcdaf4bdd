import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { signedConfigurationSchema } from '../../shared/configuration.ts';
import { countersignatureSchema, enrolmentAnswerSchema } from '../../shared/contracts/wire.ts';
import { instantSchema, publicKeySchema } from '../../shared/primitives.ts';

/** Who this kiosk is, and what it pinned at enrolment. The private key never leaves this file's database. */
export const identitySchema = enrolmentAnswerSchema
  .pick({ kioskId: true, storeId: true, epoch: true, signingKey: true, sealKey: true })
  .extend({
    serverUrl: z.string(),
    /** With it a server that lost this kiosk can tell that it enrolled it. */
    enrolment: countersignatureSchema,
    devicePublicKey: publicKeySchema,
    /** PKCS #8 DER, base64url. Its theft lets a thief invent records until the kiosk is revoked; it opens nothing. */
    devicePrivateKey: z.string(),
  });
export type Identity = z.infer<typeof identitySchema>;

/** A PIN as argon2id PHC string, and how often in a row it was wrong. */
const storedPinSchema = z.strictObject({ hash: z.string(), failures: z.int().min(0) });

/** A device key that a server may know already, although its answer has not come: with the same code it joins once, and not twice. */
const joiningSchema = z.strictObject({
  serverUrl: z.string(),
  code: z.string(),
  publicKey: publicKeySchema,
  /** As identitySchema has it. */
  privateKey: z.string(),
});

/** Head office has switched this kiosk off, and signed that. */
const revocationSchema = z.strictObject({ revokedAt: instantSchema });

const schemas = {
  identity: identitySchema,
  joining: joiningSchema,
  revocation: revocationSchema,
  configuration: signedConfigurationSchema,
  manager_pin: storedPinSchema,
  staff_pin: storedPinSchema,
} as const;
type DocumentName = keyof typeof schemas;
export type PinName = Extract<DocumentName, `${string}_pin`>;
type DocumentOf<N extends DocumentName> = z.infer<(typeof schemas)[N]>;

/** The kiosk's few documents: parsed when read, durable when written. */
export class Documents {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  read<N extends DocumentName>(name: N): DocumentOf<N> | undefined {
    const row = this.#database
      .prepare<[string], { document: string }>(`SELECT document FROM documents WHERE name = ?`)
      .get(name);
    return row === undefined ? undefined : (schemas[name].parse(JSON.parse(row.document)) as DocumentOf<N>);
  }

  remove(name: DocumentName): void {
    this.#database.prepare(`DELETE FROM documents WHERE name = ?`).run(name);
  }

  write<N extends DocumentName>(name: N, document: DocumentOf<N>): void {
    this.#database
      .prepare(`INSERT INTO documents VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET document = excluded.document`)
      .run(name, JSON.stringify(document));
  }
}
