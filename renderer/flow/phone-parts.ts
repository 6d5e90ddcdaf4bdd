/** A chunk of its own: see phone.tsx. */
export { formatAsYouType } from '../../shared/phone/format.ts';
export { judgeNumber } from '../../shared/phone/judge.ts';
export { countryOf, movedTo } from '../../shared/phone/read.ts';
export { regionName, regions, searchRegions } from '../../shared/phone/regions.ts';
