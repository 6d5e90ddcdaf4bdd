import type { Finding } from '../integrity/alarm-repository.ts';
import type { Accepted } from './verify-batch.ts';

/** A record of the kiosk that the database has, as far as its place in the chain goes. */
export interface Known {
  chainHash: string;
  previousChainHash: string;
  recordId: string;
  sequence: number;
  receivedAt: Date;
  serverSequence: number;
}

export interface ChainAssessment {
  outcomes: Map<string, 'countersigned' | 'duplicate' | 'conflict'>;
  /** Not in the database yet. */
  fresh: Accepted[];
  alarms: Finding[];
  /** Whether the predecessor of a record has come since an alarm `link_broken` may have been raised. */
  linked: boolean;
}

/**
 * Compares accepted records with those that are there. What it says of a set of records does not depend on the order in
 * which they came: a fork is alarmed for both sides, and a broken link is judged again when a neighbour arrives.
 * @param known as known-records.ts finds them.
 */
export function judge(accepted: Accepted[], known: Known[], genesis: string): ChainAssessment {
  const stored = new Set(known.map(({ chainHash }) => chainHash));
  const fresh = accepted.filter(({ chainHash }) => !stored.has(chainHash));
  const all = [...known, ...fresh.map(placeOf)];
  const forks = findForks(fresh.map(placeOf), all);
  const links = judgeLinks(fresh, all, genesis);
  const inFork = new Set(forks.map(({ about }) => about));
  return {
    outcomes: new Map(
      accepted.map(({ chainHash }) => [
        chainHash,
        stored.has(chainHash) ? 'duplicate' : inFork.has(chainHash) ? 'conflict' : 'countersigned',
      ]),
    ),
    fresh,
    alarms: [...forks, ...links.broken],
    linked: links.whole.some((chainHash) => stored.has(chainHash)),
  };
}

/** Where a record stands in the chain. */
export type Place = Omit<Known, 'receivedAt' | 'serverSequence'>;

export const placeOf = ({ chainHash, header }: Accepted): Place => ({
  chainHash,
  previousChainHash: header.previousChainHash,
  recordId: header.recordId,
  sequence: header.sequence,
});

/** Those whose predecessor is not here with the sequence number before theirs. */
export function unlinkedAmong(arriving: Place[], known: Place[], genesis: string): Place[] {
  const sequences = new Map([...known, ...arriving].map(({ chainHash, sequence }) => [chainHash, sequence]));
  sequences.set(genesis, 0);
  return arriving.filter(({ previousChainHash, sequence }) => sequences.get(previousChainHash) !== sequence - 1);
}

/** Two records that cannot both be in one chain: a kiosk that was restored from a backup, or copied. */
function findForks(fresh: Place[], all: Place[]): Finding[] {
  const marks: ((place: Place) => string | number)[] = [
    ({ sequence }) => sequence,
    ({ recordId }) => recordId,
    ({ previousChainHash }) => previousChainHash,
  ];
  const forked = new Map<string, Place>();
  for (const mark of marks) {
    const sharing = Map.groupBy(all, mark);
    for (const place of fresh) {
      const places = sharing.get(mark(place)) ?? [];
      if (places.length > 1) for (const each of places) forked.set(each.chainHash, each);
    }
  }
  return [...forked.values()].map(({ chainHash, sequence }) => ({ code: 'fork', about: chainHash, sequence }));
}

/**
 * A link is broken when records with the sequence before are here and none of them is the one that is named. When none is
 * here at all, that is a gap and not a broken link.
 */
function judgeLinks(fresh: Accepted[], all: Place[], genesis: string): { broken: Finding[]; whole: string[] } {
  const bySequence = Map.groupBy(all, ({ sequence }) => sequence);
  const affected = new Set(fresh.flatMap(({ header }) => [header.sequence, header.sequence + 1]));
  const broken: Finding[] = [];
  const whole: string[] = [];
  for (const place of [...affected].flatMap((sequence) => bySequence.get(sequence) ?? [])) {
    const before =
      place.sequence === 1 ? [genesis] : (bySequence.get(place.sequence - 1) ?? []).map(({ chainHash }) => chainHash);
    if (before.length === 0 || before.includes(place.previousChainHash)) whole.push(place.chainHash);
    else broken.push({ code: 'link_broken', about: place.chainHash, sequence: place.sequence });
  }
  return { broken, whole };
}
