import { describe, expect, it } from 'vitest';
import { look } from '../../tools/gallery/looks.ts';
import { type GalleryScreen, galleryScreens } from '../../tools/gallery/screens.ts';
import { complaints, type Sight } from '../../tools/gallery/walk.ts';

const [screen] = galleryScreens as readonly [GalleryScreen];
const sight = (faults: string[]): Sight => ({ screen, language: 'es', look: look(800, 480, 'reach'), faults });

describe('found 27: any fault of geometry fails the gallery', () => {
  it('names screen, language, size and mode of each', () => {
    const walked = { sights: [sight([]), sight(['cut off: Parar'])], unreached: [], stopped: false };
    expect(complaints(walked)).toEqual(['attract, es, 800x480, reach: cut off: Parar']);
  });

  it('so does a screen that was not reached, a walk that was stopped, and one that saw nothing', () => {
    expect(complaints({ sights: [sight([])], unreached: ['saved, ar: gone'], stopped: false })).toHaveLength(1);
    expect(complaints({ sights: [sight([])], unreached: [], stopped: true })).toHaveLength(1);
    expect(complaints({ sights: [], unreached: [], stopped: false })).toHaveLength(1);
  });

  it('and nothing else does', () => {
    expect(complaints({ sights: [sight([])], unreached: [], stopped: false })).toEqual([]);
  });
});
