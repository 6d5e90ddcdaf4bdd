import { europe } from './europe.ts';
import type { JurisdictionPack } from './pack.ts';
import { unitedStates } from './united-states.ts';

const packs: ReadonlyMap<string, JurisdictionPack> = new Map(
  [...europe, ...unitedStates].map((pack) => [pack.code, pack]),
);

/** Every pack there is, by its code. */
export const jurisdictions: readonly string[] = [...packs.keys()].sort();

export function jurisdictionPack(code: string): JurisdictionPack | undefined {
  return packs.get(code);
}
