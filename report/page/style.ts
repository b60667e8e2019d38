import { palette } from './palette.ts';

/** How a page looks, light or dark as its reader has it. */
export const style = `
${palette}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--text); font: 15px/1.5 system-ui, "Segoe UI", Helvetica, Arial, sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 24px 16px 64px; }
h1 { font-size: 24px; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 18px; margin: 32px 0 8px; }
h3 { font-size: 15px; margin: 0; }
p { margin: 4px 0; }
.faint { color: var(--faint); }
.alarm h3 { color: var(--alarm); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px; margin: 16px 0; }
dt { color: var(--faint); }
dd { margin: 0; overflow-wrap: anywhere; }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(360px, 100%), 1fr)); gap: 16px; }
figure, .finding { margin: 0; padding: 12px 16px; background: var(--card); border: 1px solid var(--rule); border-radius: 8px; }
.finding { margin: 0 0 12px; }
figcaption { font-weight: 600; margin-bottom: 8px; }
svg { display: block; width: 100%; height: auto; overflow: visible; }
svg text { fill: var(--faint); font-size: 11px; }
.first { fill: var(--first); } .second { fill: var(--second); } .third { fill: var(--third); } .axis { stroke: var(--rule); }
.key { display: inline-block; width: 10px; height: 10px; border-radius: 2px; margin: 0 4px 0 12px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 8px 12px 8px 0; border-top: 1px solid var(--rule); }
thead th { border-top: 0; color: var(--faint); font-weight: 600; font-size: 13px; }
tbody th { overflow-wrap: anywhere; min-width: 72px; max-width: 200px; }
td small, th small { display: block; color: var(--faint); font-weight: 400; font-size: 12px; }
.number { width: 104px; min-width: 104px; font-variant-numeric: tabular-nums; }
.pictures { display: flex; flex-wrap: wrap; gap: 4px 6px; margin: 0; padding: 0; list-style: none; }
.pictures li { width: 50px; display: flex; flex-direction: column; align-items: center; justify-content: center; }
.pictures span { max-width: 100%; font-size: 12px; color: var(--faint); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
img { display: block; image-rendering: pixelated; outline: 1px solid var(--rule); }
main:has(.stages) { max-width: 1600px; }
.stages { width: auto; }
.stages td { vertical-align: top; }
.stages td small { text-align: center; }
.stages img { margin: 0 auto; max-width: none; }
.stages th, .stages td { padding-right: 8px; border-top: 0; }
.stages thead th { max-width: 120px; vertical-align: bottom; color: var(--text); }
.stages tbody th { vertical-align: middle; min-width: 96px; max-width: 160px; }
.items { margin: 8px 0 0; padding-left: 20px; overflow-wrap: anywhere; font-size: 14px; }
summary { cursor: pointer; color: var(--faint); margin-top: 8px; }
a { color: var(--first); }
.figures { width: auto; }
.figures th, .figures td { padding: 4px 16px 4px 0; font-variant-numeric: tabular-nums; }
.figures td, .figures thead th:not(:first-child) { text-align: right; white-space: nowrap; }
.figures tbody th { max-width: 280px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.figures td.words, .figures thead th.words { text-align: left; white-space: normal; overflow-wrap: anywhere; min-width: 96px; }
.charts.small { grid-template-columns: repeat(auto-fill, minmax(min(300px, 100%), 1fr)); }
.confusion { width: auto; border-collapse: separate; border-spacing: 2px; font-variant-numeric: tabular-nums; }
.confusion th, .confusion td { padding: 0; border: 0; text-align: center; vertical-align: middle; font-size: 13px; font-weight: 400; }
.confusion th { min-width: 0; max-width: 96px; padding: 0 4px; color: var(--faint); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.confusion td { min-width: 40px; height: 30px; border-radius: 3px; background: color-mix(in srgb, var(--tint, var(--card)) var(--part, 0%), var(--card)); }
.confusion td.right { --tint: var(--first); } .confusion td.wrong { --tint: var(--second); }
.confusion td.strong { color: var(--card); }
.confusion a { display: block; line-height: 30px; padding: 0 4px; color: inherit; text-decoration: none; }
.confusion a:hover, .confusion a:focus-visible { outline: 2px solid var(--text); border-radius: 3px; }
.cell { display: none; } .cell:target { display: block; margin-top: 12px; scroll-margin-top: 60vh; }
.wide .pictures li { width: 72px; }
.shown { margin: 0 0 12px; }
.shown img { margin: 0 auto; }
.ranked tbody tr:first-child { font-weight: 600; }
@media print { main { max-width: none; padding: 0; } .scroll { overflow: visible; } figure, .finding, tr { break-inside: avoid; } h2 { break-after: avoid; } }
`;
