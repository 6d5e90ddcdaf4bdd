import { v7 } from 'uuid';

/** Records that came in together and are as urgent. A job names its id, and so does each of them. */
export interface RecordBatch {
  id: string;
  /** Whether its records stop something; those are opened first. */
  stops: boolean;
}

/** In time order, so that the index grows at one end. */
export const newBatchId = (): string => v7();
