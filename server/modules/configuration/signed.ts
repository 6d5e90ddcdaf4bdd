import { configurationHash } from '../../../protocol/chain.ts';
import { signConfiguration } from '../../../protocol/configuration.ts';
import type { Configuration, SignedConfiguration } from '../../../shared/configuration.ts';
import type { PlatformContext } from '../../platform/context.ts';
import type { ServerKeys } from '../../platform/keys/keys.ts';
import type { ConfigurationSource, StorePlace } from './loader.ts';

export interface StoreConfiguration {
  configuration: Configuration;
  signed: SignedConfiguration;
  hash: string;
}

export interface ConfigurationContext extends PlatformContext {
  configurations: SignedConfigurations;
}

/** A few kilobytes each; a retailer with more stores has some of them signed anew. */
const storesKept = 5_000;

/** The configuration of each store, signed when it is first asked for. */
export class SignedConfigurations {
  readonly #source: ConfigurationSource;
  readonly #key: ServerKeys['signing'];
  readonly #publicUrl: string | null;
  #anyStore: Configuration | undefined;
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

  storePlace(storeId: string): StorePlace {
    return this.#source.storePlace(storeId);
  }

  forStore(storeId: string): StoreConfiguration {
    const known = this.#stores.get(storeId);
    if (known !== undefined) return known;
    const configuration = this.#source.forStore(storeId, this.#publicUrl);
    const signed = signConfiguration(configuration, this.#key.privateKey, this.#key.publicKey);
    const made = { configuration, signed, hash: configurationHash(signed.document) };
    // Kiosks name stores in their records, and whoever has the key of one may name as many as they like.
    if (this.#stores.size >= storesKept) this.#stores.delete(this.#stores.keys().next().value ?? '');
    this.#stores.set(storeId, made);
    return made;
  }
}
