import { z } from 'zod';

/**
 * How the screen stood there when it was saved, so that together with language, configuration and application version it can be
 * drawn again ("the same manner and format", 16 CFR 310.5). Of the screen and of how somebody wanted it, never of who they are.
 */
export const presentationSchema = z.strictObject({
  /** Of the page, which fills the screen, in CSS pixels. */
  width: z.int().min(1).max(32_767),
  height: z.int().min(1).max(32_767),
  /** Pixels of the screen to 100 CSS pixels. */
  scalePercent: z.int().min(10).max(1_000),
  direction: z.enum(['ltr', 'rtl']),
  textSize: z.enum(['normal', 'large', 'largest']),
  contrast: z.enum(['standard', 'high']),
  /** Everything that can be pressed stood in the lower half. */
  lowControls: z.boolean(),
  /** The words were spoken as well. */
  readAloud: z.boolean(),
});
export type Presentation = z.infer<typeof presentationSchema>;

/**
 * By what somebody did something on the screen (WCAG 2.2, guideline 2.5). The first three are the `pointerType` of W3C Pointer
 * Events; a switch is one button while a frame moves by itself, and assistive technology is what asks the system for a press.
 */
export const inputModalitySchema = z.enum([
  'touch',
  'pen',
  'mouse',
  'keyboard',
  'number_pad',
  'switch',
  'assistive_technology',
]);
export type InputModality = z.infer<typeof inputModalitySchema>;
