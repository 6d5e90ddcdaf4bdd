import { canonicalJson } from '../../../protocol/canonical.ts';
import { configurationHash } from '../../../protocol/chain.ts';
import { signConfiguration } from '../../../protocol/configuration.ts';
import type { Configuration, SignedConfiguration } from '../../../shared/configuration.ts';
import type { PlatformContext } from '../../platform/context.ts';
import type { Database } from '../../platform/database/connection.ts';
import type { ServerKeys } from '../../platform/keys/keys.ts';
import type { ConfigurationSource, StorePlace } from './loader.ts';
import { issueOf } from './revisions.ts';

/** As kiosks of the store get it. */
export interface IssuedToStore {
  signed: SignedConfiguration;
  hash: string;
}

interface StoreConfiguration {
  configuration: Configuration;
  issued: IssuedToStore | null;
}

export interface ConfigurationContext extends PlatformContext {
  configurations: SignedConfigurations;
}

/** A few kilobytes each; a retailer with more stores has some of them signed anew. */
const storesKept = 5_000;

/** The configuration of each store, signed when a kiosk of it first asks, and again when there is a new revision. */
export class SignedConfigurations {
  readonly #source: ConfigurationSource;
  readonly #key: ServerKeys['signing'];
  readonly #publicUrl: string | null;
  #anyStore: Configuration | undefined;
  #digest: string | undefined;
  readonly #stores = new Map<string, StoreConfiguration>();

  /** @param publicUrl where customers reach this server, for the QR of their receipts; null where they cannot. */
  constructor(source: ConfigurationSource, key: ServerKeys['signing'], publicUrl: string | null) {
    this.#source = source;
    this.#key = key;
    this.#publicUrl = publicUrl;
  }

  /** What is the same in every store, brand and languages among it. */
  get anyStore(): Configuration {
    this.#anyStore ??= this.#source.forStore('any', this.#publicUrl);
    return this.#anyStore;
  }

  /** Of all that any store is told. */
  get digest(): string {
    this.#digest ??= configurationHash(canonicalJson(this.anyStore));
    return this.#digest;
  }

  storePlace(storeId: string): StorePlace {
    return this.#source.storePlace(storeId);
  }

  forStore(storeId: string): { configuration: Configuration } {
    return this.#store(storeId);
  }

  /** Asks the database which revision it is by now. */
  async issuedTo(storeId: string, db: Database): Promise<IssuedToStore> {
    const issue = await issueOf(db, this.digest);
    const store = this.#store(storeId);
    const { issued, configuration } = store;
    if (issued?.signed.epoch === issue.epoch && issued.signed.revision === issue.revision) return issued;
    const signed = signConfiguration(configuration, issue, this.#key.privateKey, this.#key.publicKey);
    const made = { signed, hash: configurationHash(signed.document) };
    store.issued = made;
    return made;
  }

  #store(storeId: string): StoreConfiguration {
    const known = this.#stores.get(storeId);
    if (known !== undefined) return known;
    const made = { configuration: this.#source.forStore(storeId, this.#publicUrl), issued: null };
    // Kiosks name stores in their records, and whoever has the key of one may name as many as they like.
    if (this.#stores.size >= storesKept) this.#stores.delete(this.#stores.keys().next().value ?? '');
    this.#stores.set(storeId, made);
    return made;
  }
}
