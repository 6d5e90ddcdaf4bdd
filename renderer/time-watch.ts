import { elapsed, type Moment } from '../shared/moment.ts';

/** How often somebody looks at the clocks without being asked to. */
const lookMilliseconds = 250;

export interface Look {
  readonly now: Moment;
  /** Milliseconds in which nobody could look: the page was stopped, or the computer asleep. */
  readonly gap: number;
  /** The computer goes to sleep, wakes, or its screen is locked. */
  readonly asleep: boolean;
}

/** @returns whether something was ended; whatever was being pressed is then not meant for what comes. */
type Looker = (look: Look) => boolean;

/**
 * Timers are late after a sleep, and a press could come before them. So whoever has to end something by the clock is asked
 * before every press and every touch, and as soon as the page runs again.
 */
export class TimeWatch {
  readonly #read: () => Moment;
  readonly #lookers = new Set<Looker>();
  #last: Moment;

  constructor(read: () => Moment) {
    this.#read = read;
    this.#last = read();
  }

  /** Has to be called before anybody else listens. */
  watch(page: Window): void {
    const kinds = ['pointerdown', 'pointerup', 'click', 'keydown', 'keyup', 'paste', 'wheel', 'touchstart'] as const;
    const onPress = (event: Event) => {
      if (!event.isTrusted || !this.look()) return;
      event.stopImmediatePropagation();
      if (event.cancelable) event.preventDefault();
    };
    for (const kind of kinds) page.addEventListener(kind, onPress, { capture: true, passive: false });
    for (const kind of ['visibilitychange', 'resume']) page.document.addEventListener(kind, () => this.look());
    page.setInterval(() => this.look(), lookMilliseconds);
  }

  now(): Moment {
    return this.#read();
  }

  look(asleep = false): boolean {
    const now = this.#read();
    const gap = elapsed(this.#last, now);
    this.#last = now;
    return [...this.#lookers].map((looker) => looker({ now, gap, asleep })).some((ended) => ended);
  }

  /** Returns its undo. */
  onLook(looker: Looker): () => void {
    this.#lookers.add(looker);
    return () => {
      this.#lookers.delete(looker);
    };
  }
}
