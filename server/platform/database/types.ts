import type { Selectable } from 'kysely';
import type { ApiKeys, Countersignatures, Gaps, Kiosks, Verifications } from './tables.ts';

/** The tables as Kysely sees them: generated from the database by `npm run check -- --write`, which the migrations make. */
export type { DB as Tables } from './tables.ts';

export type Kiosk = Selectable<Kiosks>;

export type Gap = Selectable<Gaps>;

export type StoredCountersignature = Selectable<Countersignatures>;

export type Verification = Selectable<Verifications>;

export type ApiKey = Selectable<ApiKeys>;
