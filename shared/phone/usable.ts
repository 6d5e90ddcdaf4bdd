/**
 * What a number may be used for, once it is known what it is. Pure.
 */
import type { Classification } from './number.ts';
import type { Region } from './plan.ts';
import { type PhoneRefusal, refuse } from './verdict.ts';

/** Whether a number of this kind is one person's own line and, if texts will be sent to it, can receive them; or why not. */
export function judgeKind(
  { valid, type, line, region }: Classification,
  textsNeeded: boolean,
): PhoneRefusal | { readonly kind: 'usable'; readonly region: Region } {
  if (!valid) return refuse('number_impossible', { region });
  if (type === 'PREMIUM_RATE') return refuse('number_premium', { region });
  if (type === 'TOLL_FREE') return refuse('number_toll_free', { region });
  const personal = line !== 'other' || type === 'VOIP';
  if (region === null || !personal) return refuse('number_not_personal', { region, type });
  if (textsNeeded && (type === 'FIXED_LINE' || type === 'VOIP')) return refuse('number_landline', { region, type });
  return { kind: 'usable', region };
}
