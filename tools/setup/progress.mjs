// @ts-check
// What a person sees while the set-up works: one line that counts, or now and then a line in a log file.

/** A reason to stop that the person can act on; shown without a stack trace. */
export class SetupError extends Error {}

/** Set-up talks on stderr: stdout belongs to the command. @param {string} line */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

const LOG_EVERY_SECONDS = 15;

/**
 * Shows that long work is under way. `detail` is asked every second for something to show beside the seconds.
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} work
 * @param {() => string} [detail]
 * @returns {Promise<T>}
 */
export async function withProgress(title, work, detail = () => '') {
  const live = process.stderr.isTTY;
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  const line = () => [`${title} … ${seconds()} s`, detail()].filter(Boolean).join(', ');
  const draw = () => {
    if (live) process.stderr.write(`\r\x1b[2K${line()}`);
    else if (seconds() > 0 && seconds() % LOG_EVERY_SECONDS === 0) say(line());
  };
  if (live) draw();
  else say(`${title} …`);
  const timer = setInterval(draw, 1000);
  let word = 'failed';
  try {
    const result = await work();
    word = 'done';
    return result;
  } finally {
    clearInterval(timer);
    if (live) process.stderr.write('\r\x1b[2K');
    say(`${title}: ${word} (${seconds()} s)`);
  }
}
