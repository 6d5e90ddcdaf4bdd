/** How many digits a PIN has. */
export const pinLength = { least: 6, most: 12 } as const;

/** Whether it can be somebody's PIN: ASCII digits and nothing else. */
export const isPin = (text: string): boolean =>
  text.length >= pinLength.least && text.length <= pinLength.most && /^[0-9]+$/.test(text);
