import type { ShownNotice } from '../../shared/record/body.ts';
import type { Presentation } from '../../shared/record/presentation.ts';

/** A kiosk's screen as it stands there for a customer who has set nothing. */
export const presentation: Presentation = {
  width: 1280,
  height: 800,
  scalePercent: 100,
  direction: 'ltr',
  textSize: 'normal',
  contrast: 'standard',
  lowControls: false,
  readAloud: false,
};

/** A text that was in sight. */
export const seen = (hash: string): ShownNotice => ({ hash, inSightAfterMilliseconds: 8_500 });
