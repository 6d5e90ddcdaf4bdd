import { contrast } from '../../../shared/contrast.ts';

/** @param accent `#rrggbb`, the only part that is not written here. */
export function customerPageStyle(accent: string): string {
  if (!/^#[0-9a-f]{6}$/.test(accent)) throw new TypeError('not a colour');
  return `
:root { color-scheme: light; --accent: ${accent}; --on-accent: ${inkOn(accent)}; font: 18px/1.5 system-ui, "Noto Sans", "DejaVu Sans", sans-serif; color: #1d1d1b; background: #f7f6f3; }
* { box-sizing: border-box; }
body { margin: 0; }
.brand { background: var(--accent); color: var(--on-accent); padding: 1rem max(1.25rem, calc(50vw - 19rem)); font-weight: 700; overflow-wrap: anywhere; }
main { margin: 0 auto; max-width: 40.5rem; padding: 1.5rem 1.25rem 4rem; display: grid; gap: 1.25rem; }
h1 { font-size: clamp(1.5rem, 5.5vw, 2.1rem); line-height: 1.2; margin: .25rem 0 0; text-wrap: balance; }
h2 { font-size: 1.15rem; line-height: 1.3; margin: 0; }
h3 { font-size: 1rem; margin: 0 0 .5rem; }
p { margin: 0; overflow-wrap: anywhere; }
.card { background: #fff; border: 1px solid #d8d5cd; border-radius: 1rem; padding: 1.25rem; display: grid; gap: .75rem; }
.state { border-inline-start: .5rem solid #8a6100; }
.state.active { border-inline-start-color: #0b6e4f; }
.state.withdrawn { border-inline-start-color: #55524b; }
.state h2 { font-size: 1.35rem; }
.quiet { color: #4b4944; font-size: .95rem; }
ul { list-style: none; margin: 0; padding: 0; display: grid; gap: 1rem; }
.notice + .notice { border-top: 1px solid #e3e0d9; padding-top: 1rem; }
.box { display: grid; grid-template-columns: 1.75rem 1fr; column-gap: .65rem; }
.mark { inline-size: 1.75rem; block-size: 1.75rem; border: 2px solid #55524b; border-radius: .4rem; display: grid; place-items: center; line-height: 1; font-weight: 700; }
.yes .mark { background: #0b6e4f; border-color: #0b6e4f; color: #fff; }
.words, .box strong { display: block; }
.answer { font-weight: 600; font-size: .95rem; }
.yes .answer { color: #0b6e4f; }
dl { margin: 0; display: grid; grid-template-columns: minmax(6.5rem, auto) 1fr; gap: .5rem 1rem; }
dt { color: #4b4944; }
dd { margin: 0; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
bdi { unicode-bidi: isolate; }
button { font: inherit; font-weight: 700; inline-size: 100%; min-block-size: 3.5rem; padding: .75rem 1.25rem; border-radius: .9rem; border: 2px solid #1d1d1b; background: #fff; color: #1d1d1b; cursor: pointer; }
.presses { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 13rem), 1fr)); gap: .75rem; }
.presses form { display: grid; }
button:focus-visible, summary:focus-visible { outline: 3px solid #1d1d1b; outline-offset: 3px; }
summary { cursor: pointer; font-weight: 600; min-block-size: 2.75rem; display: flex; align-items: center; }
summary::after { content: "+"; margin-inline-start: auto; font-size: 1.4rem; }
details[open] summary::after { content: "–"; }
details section { margin-top: 1rem; }
details h3 { margin-bottom: .2rem; }
`;
}

/** White or black, whichever is easier to read; one of them always has more than 4.5 to 1 (WCAG 2.2, 1.4.3). */
const inkOn = (hex: string): string => (contrast(hex, '#ffffff') >= contrast(hex, '#000000') ? '#ffffff' : '#000000');
