import type { z } from 'zod';
import { type ConfigurationProblem, languageName } from '../../../shared/configuration-languages.ts';

type Issue = z.core.$ZodIssue;

/** What the schema finds wrong, in words and with what is there now. @param json the whole source. */
export function plainIssues(issues: readonly Issue[], json: unknown): ConfigurationProblem[] {
  return issues.flatMap((issue) => plain(issue, [], json));
}

function plain(issue: Issue, outer: readonly PropertyKey[], json: unknown): ConfigurationProblem[] {
  const path = [...outer, ...issue.path];
  const value = valueAt(json, path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ place: [...path, key].join('.'), problem: 'there is no such field' }));
  }
  const inner = issue.code === 'invalid_union' ? nearest(issue.errors) : undefined;
  if (inner !== undefined) return inner.flatMap((each) => plain(each, path, json));
  return [{ place: path.join('.') || 'whole file', problem: wordsFor(issue, value) }];
}

/** Of several shapes that a value could have: the one that it comes nearest to, if one fits at least in its kind. */
function nearest(alternatives: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  return alternatives.find((issues) => issues.length > 0 && issues.every(({ path }) => path.length > 0));
}

const kinds: Record<string, string> = {
  string: 'must be text in quotes',
  number: 'must be a number',
  int: 'must be a whole number',
  boolean: 'must be true or false',
  array: 'must be a list in [ ]',
  object: 'must be an object in { }',
};

function wordsFor(issue: Issue, value: unknown): string {
  if (value === undefined && issue.code !== 'custom') return 'is missing';
  // Where the schema itself has words of its own, they are better than these.
  if (!/^(Invalid|Too small|Too big)\b/.test(issue.message)) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return kinds[issue.expected] ?? issue.message;
    case 'too_small':
      if (typeof value === 'string') return 'must not be empty';
      return Array.isArray(value) ? `needs ${issue.minimum} at least` : `is ${value}; ${issue.minimum} is the least`;
    case 'too_big':
      if (typeof value === 'string') return `has ${value.length} characters; ${issue.maximum} is the most`;
      return `${Array.isArray(value) ? `has ${value.length}` : `is ${value}`}; ${issue.maximum} is the most`;
    case 'invalid_value':
      return `must be ${issue.values.map((each) => JSON.stringify(each)).join(' or ')}`;
    default:
      return issue.message;
  }
}

function valueAt(json: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (part, key) =>
      typeof part === 'object' && part !== null ? (part as Record<PropertyKey, unknown>)[key] : undefined,
    json,
  );
}

/** One line for a person: the place, in whose language and for what purpose it is, and the problem. */
export function problemLine({ place, problem }: ConfigurationProblem, json: unknown): string {
  const [list = '', index = ''] = place.split('.');
  const part = /^\d+$/.test(index) ? valueAt(json, [list, index]) : undefined;
  const { purpose, language } = (typeof part === 'object' && part !== null ? part : {}) as Record<string, unknown>;
  const about = [purpose, typeof language === 'string' ? languageName(language) : undefined].filter(
    (word) => typeof word === 'string',
  );
  return `${place}${about.length > 0 ? ` [${about.join(', ')}]` : ''}: ${problem}`;
}
