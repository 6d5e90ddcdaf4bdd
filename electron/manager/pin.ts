import { hash, verify } from '@node-rs/argon2';

/** argon2id with the first choice of OWASP's Password Storage Cheat Sheet: 19 MiB, two passes, one lane. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** @returns a PHC string, `$argon2id$...`. */
export const hashPin = (pin: string): Promise<string> => hash(pin, cost);

export const pinFits = (phc: string, pin: string): Promise<boolean> => verify(phc, pin);
