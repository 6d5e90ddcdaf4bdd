import type { KeyObject } from 'node:crypto';
import { configurationHash } from '../protocol/chain.ts';
import { readConfiguration } from '../protocol/configuration.ts';
import { importPrivateKey, importPublicKey } from '../protocol/signing.ts';
import type { Configuration, ConfigurationIssue, SignedConfiguration } from '../shared/configuration.ts';
import { CodedError } from '../shared/errors.ts';
import type { Documents, Identity } from './store/documents.ts';

/** A configuration in force, with the hash by which records name it. */
export interface ConfigurationInForce {
  hash: string;
  configuration: Configuration;
}

interface Issued extends ConfigurationInForce, ConfigurationIssue {}

/**
 * An enrolled kiosk: who it is, its keys ready for use, and the configuration in force. The configuration before it still
 * counts, because a customer may be reading its notices when a new one arrives.
 */
export class Kiosk {
  readonly identity: Identity;
  readonly deviceKey: KeyObject;
  readonly serverKey: KeyObject;
  readonly #documents: Documents;
  readonly #onChange: () => void;
  #current: Issued;
  #previous: ConfigurationInForce | undefined;
  readonly #everInForce = new Set<string>();
  #isRevoked: boolean;

  /** @throws CodedError not_enrolled, or what readConfiguration throws. */
  constructor(documents: Documents, onChange: () => void) {
    const identity = documents.read('identity');
    const configuration = documents.read('configuration');
    if (identity === undefined || configuration === undefined) throw new CodedError('not_enrolled');
    this.identity = identity;
    this.deviceKey = importPrivateKey(identity.devicePrivateKey);
    this.serverKey = importPublicKey(identity.signingKey.publicKey);
    this.#documents = documents;
    this.#onChange = onChange;
    this.#isRevoked = documents.read('revocation') !== undefined;
    this.#current = this.#verified(configuration);
    this.#everInForce.add(this.#current.hash);
  }

  get current(): ConfigurationInForce {
    return this.#current;
  }

  /** Newest first. */
  get configurationsInForce(): [ConfigurationInForce, ...ConfigurationInForce[]] {
    return this.#previous === undefined ? [this.#current] : [this.#current, this.#previous];
  }

  /** Whether a screen may show it: a configuration, by its hash, that was in force since this process began. */
  wasInForce(hash: string): boolean {
    return this.#everInForce.has(hash);
  }

  /**
   * Takes over a newer configuration once its signature and its notices hold.
   * @throws as readConfiguration does; CodedError configuration_outdated, and the one in force stays.
   */
  adopt(signed: SignedConfiguration): void {
    const next = this.#verified(signed);
    if (next.hash === this.#current.hash) return;
    const isNewer = next.epoch !== this.#current.epoch || next.revision > this.#current.revision;
    if (next.epoch !== this.identity.epoch || !isNewer) {
      throw new CodedError('configuration_outdated', { revision: next.revision, inForce: this.#current.revision });
    }
    this.#documents.write('configuration', signed);
    this.#previous = this.#current;
    this.#current = next;
    this.#everInForce.add(next.hash);
    this.#onChange();
  }

  /** Head office has switched this kiosk off: it would not take another record. */
  get isRevoked(): boolean {
    return this.#isRevoked;
  }

  /** Takes over what the server's signed answer says: that head office has switched this kiosk off. */
  revoke(at: Date): void {
    if (this.#isRevoked) return;
    this.#documents.write('revocation', { revokedAt: at.toISOString() });
    this.#isRevoked = true;
    this.#onChange();
  }

  /** As `revoke`: head office has taken it back. */
  reinstate(): void {
    if (!this.#isRevoked) return;
    this.#documents.remove('revocation');
    this.#isRevoked = false;
    this.#onChange();
  }

  /** The server was restored from a backup; from now on this is its epoch. */
  enterEpoch(epoch: string): void {
    this.identity.epoch = epoch;
    this.#documents.write('identity', this.identity);
  }

  #verified(signed: SignedConfiguration): Issued {
    const { document, epoch, revision } = signed;
    const configuration = readConfiguration(signed, this.serverKey);
    return { hash: configurationHash(document), configuration, epoch, revision };
  }
}
