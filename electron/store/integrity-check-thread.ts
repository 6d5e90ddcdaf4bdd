import { parentPort, workerData } from 'node:worker_threads';
import SqliteDatabase from 'better-sqlite3';
import { requireSound, type ThreadOrder } from './integrity-check.ts';

/** The thread of a SoundnessCheck: says something once the database was found sound, and ends with an error if it is not. */
const { path, nativeBinding } = workerData as ThreadOrder;
const options = nativeBinding === undefined ? {} : { nativeBinding };
const database = new SqliteDatabase(path, { readonly: true, ...options });
requireSound(database);
database.close();
parentPort?.postMessage('sound');
