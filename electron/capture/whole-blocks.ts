import { utf8 } from '../../protocol/bytes.ts';
import { canonicalJson, type Json } from '../../protocol/canonical.ts';
import { paddingBytes } from '../../protocol/seal.ts';
import type { RecordBody } from '../../shared/record/body.ts';

/** Steps have this much room, in bytes, whatever else is in the body: some eight of them. */
const leastForSteps = 512;

const lengthOf = (json: Json): number => utf8(canonicalJson(json)).length;

/**
 * A sealed body's length must not tell how often somebody went back and forth: of the steps, the first ones are kept that fit into
 * the blocks which the rest needs anyway.
 */
export function withinItsBlocks<B extends RecordBody>(body: B): B {
  const without = lengthOf({ ...body, screens: [] });
  let room = Math.ceil((without + leastForSteps) / paddingBytes) * paddingBytes - without;
  const screens = body.screens.filter((step) => {
    room -= lengthOf(step) + ','.length;
    return room >= 0;
  });
  return { ...body, screens };
}
