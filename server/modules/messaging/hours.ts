import { classify, type PhoneNumber } from '../../../shared/phone/number.ts';

declare global {
  namespace Intl {
    interface Locale {
      /** ECMA-402, Intl Locale Info; not in TypeScript's library yet. */
      getTimeZones(): string[] | undefined;
    }
  }
}

/** Texts that nobody waits for go out between these hours, wherever the recipient may be. */
const firstHour = 8;
const lastHour = 20;
const quarterHour = 15 * 60_000;
const quarterHoursOfTwoDays = 2 * 96;

/**
 * The next moment, from now on, at which a text to the number goes out: now, if it is neither early nor late there. The store's zone, if
 * the number is of a country that has it, because who left a number there is likely to live there. Otherwise every zone of the country
 * has to agree.
 */
export function nextHourForTexts(number: PhoneNumber, storeZone: string, now: Date): number {
  const zones = zonesOf(number, storeZone);
  const isDay = (time: number) => zones.every((zone) => isBetweenHours(time, zone));
  if (isDay(now.getTime())) return now.getTime();
  const next = Math.ceil(now.getTime() / quarterHour) * quarterHour;
  const times = Array.from({ length: quarterHoursOfTwoDays }, (_, index) => next + index * quarterHour);
  return times.find(isDay) ?? next;
}

function zonesOf(number: PhoneNumber, storeZone: string): string[] {
  const { region } = classify(number);
  const zones = region === null ? [] : (new Intl.Locale('und', { region }).getTimeZones() ?? []);
  const canonical = new Intl.DateTimeFormat('en', { timeZone: storeZone }).resolvedOptions().timeZone;
  return zones.length === 0 || zones.includes(canonical) || zones.includes(storeZone) ? [storeZone] : zones;
}

function isBetweenHours(time: number, timeZone: string): boolean {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, hour: 'numeric', hourCycle: 'h23' });
  const hour = Number(format.format(time));
  return hour >= firstHour && hour < lastHour;
}
