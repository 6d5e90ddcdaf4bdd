import type { Presentation } from '../shared/record/presentation.ts';

/** How the page stands there now: what is drawn, and not what somebody wished for. */
export function presentationOf({ innerWidth, innerHeight, devicePixelRatio, document }: Window): Presentation {
  const { dir, dataset } = document.documentElement;
  return {
    width: innerWidth,
    height: innerHeight,
    scalePercent: Math.round(devicePixelRatio * 100),
    direction: dir === 'rtl' ? 'rtl' : 'ltr',
    textSize: dataset.text === 'large' || dataset.text === 'largest' ? dataset.text : 'normal',
    contrast: dataset.contrast === 'high' ? 'high' : 'standard',
    lowControls: dataset.reach === 'low',
    readAloud: dataset.speech === 'on',
  };
}
