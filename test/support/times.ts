/** How often a test makes its fault happen: its full figure in `npm run faults`, a tenth otherwise. */
export const times = (full: number): number =>
  process.env.COUNTERSIGN_FAULTS === 'full' ? full : Math.ceil(full / 10);
