/**
 * Tells whether the digits typed so far can still become a number of a given pattern, and how many more it takes.
 * A RegExp only answers for the whole number; "never complain before the number could be complete" needs the answer for
 * its beginning, so the pattern is compiled to a small non-deterministic automaton here. Pure.
 *
 * Understands exactly what libphonenumber's number patterns use: digits, `\d`, `[1-3579]`, `(?:...)`, `|`, `?`, `{n}`,
 * `{n,m}`. A test compiles every pattern of the metadata.
 */

type Node =
  | { readonly kind: 'digit'; readonly mask: number }
  | { readonly kind: 'sequence'; readonly items: readonly Node[] }
  | { readonly kind: 'choice'; readonly items: readonly Node[] }
  | { readonly kind: 'repeat'; readonly item: Node; readonly min: number; readonly max: number };

const anyDigit = 0b11_1111_1111;

class Parser {
  private at = 0;
  private readonly source: string;

  constructor(source: string) {
    this.source = source;
  }

  parse(): Node {
    const node = this.choice();
    if (this.at < this.source.length) throw this.unsupported();
    return node;
  }

  private choice(): Node {
    const items = [this.sequence()];
    while (this.source[this.at] === '|') {
      this.at += 1;
      items.push(this.sequence());
    }
    return { kind: 'choice', items };
  }

  private sequence(): Node {
    const items: Node[] = [];
    while (this.at < this.source.length && this.source[this.at] !== '|' && this.source[this.at] !== ')') {
      items.push(this.repeated(this.atom()));
    }
    return { kind: 'sequence', items };
  }

  private atom(): Node {
    const [whole, group, set, digit] = /^(?:(\(\?:)|\[([\d-]+)\]|\\d|(\d))/.exec(this.source.slice(this.at)) ?? [];
    if (whole === undefined) throw this.unsupported();
    this.at += whole.length;
    if (digit !== undefined) return { kind: 'digit', mask: 1 << Number(digit) };
    if (set !== undefined) return { kind: 'digit', mask: setMask(set) };
    if (group === undefined) return { kind: 'digit', mask: anyDigit };
    const inner = this.choice();
    if (this.source[this.at] !== ')') throw this.unsupported();
    this.at += 1;
    return inner;
  }

  private repeated(item: Node): Node {
    const [whole, from, to] = /^(?:\?|\{(\d+)(?:,(\d+))?\})/.exec(this.source.slice(this.at)) ?? [];
    if (whole === undefined) return item;
    this.at += whole.length;
    if (from === undefined) return { kind: 'repeat', item, min: 0, max: 1 };
    return { kind: 'repeat', item, min: Number(from), max: Number(to ?? from) };
  }

  private unsupported(): Error {
    return new Error(`unsupported number pattern at offset ${this.at}: ${this.source}`);
  }
}

function setMask(set: string): number {
  let mask = 0;
  for (const [, from, to] of set.matchAll(/(\d)(?:-(\d))?/g)) {
    for (let digit = Number(from); digit <= Number(to ?? from); digit += 1) mask |= 1 << digit;
  }
  return mask;
}

/** One state: either a digit edge (`mask`, `to`) or free edges only. */
interface State {
  mask: number;
  to: number;
  readonly free: number[];
}

function addState(states: State[]): number {
  return states.push({ mask: 0, to: 0, free: [] }) - 1;
}

function connect(states: State[], from: number, to: number): void {
  states[from]?.free.push(to);
}

/** Builds `node` from state `start` on and returns the state where it ends. */
function build(states: State[], node: Node, start: number): number {
  switch (node.kind) {
    case 'digit': {
      const edge = addState(states);
      const end = addState(states);
      connect(states, start, edge);
      states[edge] = { mask: node.mask, to: end, free: [] };
      return end;
    }
    case 'sequence':
      return node.items.reduce((end, item) => build(states, item, end), start);
    case 'choice': {
      const ends = node.items.map((item) => build(states, item, start));
      const end = addState(states);
      for (const each of ends) connect(states, each, end);
      return end;
    }
    case 'repeat': {
      let end = start;
      const ends: number[] = [];
      for (let count = 0; count < node.max; count += 1) {
        if (count >= node.min) ends.push(end);
        end = build(states, node.item, end);
      }
      const last = addState(states);
      for (const each of [...ends, end]) connect(states, each, last);
      return last;
    }
  }
}

/** A compiled pattern, made by {@link compilePattern}. */
export interface NumberPattern {
  readonly states: readonly Readonly<State>[];
  readonly end: number;
  /** Whole lengths, in digits, that a number of this pattern may have. */
  readonly lengths: readonly number[];
}

/**
 * Compiles a number pattern of the metadata with the lengths (in digits) its numbers may have.
 * Throws an Error on a construct that the metadata does not use today. The result is immutable and can be kept.
 */
export function compilePattern(source: string, lengths: readonly number[]): NumberPattern {
  const states: State[] = [];
  const end = build(states, new Parser(source).parse(), addState(states));
  return { states, end, lengths };
}

function closure(pattern: NumberPattern, from: Iterable<number>): Set<number> {
  const reached = new Set(from);
  for (const state of reached) for (const next of pattern.states[state]?.free ?? []) reached.add(next);
  return reached;
}

function step(pattern: NumberPattern, from: ReadonlySet<number>, mask: number): Set<number> {
  const next = new Set<number>();
  for (const state of from) {
    const edge = pattern.states[state];
    if (edge !== undefined && (edge.mask & mask) !== 0) next.add(edge.to);
  }
  return closure(pattern, next);
}

/**
 * Fewest digits that have to be added to `typed` (ASCII digits, 0-20 of them) for a whole number of this pattern:
 * 0 if it is one already, null if no continuation can ever be one.
 */
export function digitsMissing(pattern: NumberPattern, typed: string): number | null {
  const longest = Math.max(...pattern.lengths);
  let reached = closure(pattern, [0]);
  for (let length = 0; length <= longest; length += 1) {
    if (length >= typed.length && reached.has(pattern.end) && pattern.lengths.includes(length)) {
      return length - typed.length;
    }
    const mask = length < typed.length ? 1 << Number(typed[length]) : anyDigit;
    reached = step(pattern, reached, mask);
    if (reached.size === 0) return null;
  }
  return null;
}
