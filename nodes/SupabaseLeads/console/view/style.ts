/** The page's style. Colours are variables, so that charts and both schemes share them. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f4f5f7; --card: #ffffff; --text: #1b2330; --muted: #616b7c; --line: #e3e6eb; --soft: #f0f2f5;
  --accent: #2f5fc4; --on-accent: #ffffff; --field: #868f9d;
  --healthy: #23785a; --warning: #9a6206; --critical: #b83a34;
  --healthy-soft: #e7f4ee; --warning-soft: #fdf3e0; --critical-soft: #fcebea;
  --series-1: #4a78d0; --series-2: #4aa38a; --series-3: #b3a5dc; --series-4: #d08a3c;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12161d; --card: #1b212b; --text: #e4e8ee; --muted: #98a3b3; --line: #2c3440; --soft: #232a35;
    --accent: #7ea4f0; --on-accent: #10151c; --field: #77818f;
    --healthy: #63c59d; --warning: #e0ab58; --critical: #ef857d;
    --healthy-soft: #17302a; --warning-soft: #352a17; --critical-soft: #3a2021;
    --series-1: #6f98e8; --series-2: #5fbfa2; --series-3: #8f80c4; --series-4: #e0a55c;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
a { color: var(--accent); }
.skip { position: absolute; left: -999px; background: var(--card); padding: 10px 14px; z-index: 1; }
.skip:focus { left: 8px; top: 8px; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.brand { max-width: 1280px; margin: 0 auto; padding: 14px 16px 0; font-weight: 650; }
.brand a { color: var(--text); text-decoration: none; }
.frame { max-width: 1280px; margin: 0 auto; padding: 14px 16px 48px; display: grid; grid-template-columns: 150px minmax(0, 1fr); gap: 24px; align-items: start; }
main { display: grid; grid-template-columns: minmax(0, 1fr); gap: 16px; outline: none; }
.pages { display: grid; gap: 16px; font-size: 14px; }
.pages p { color: var(--muted); font-size: 12.5px; padding-left: 10px; }
.pages ul { list-style: none; }
.pages li a { display: block; padding: 5px 10px; border-radius: 8px; color: var(--text); text-decoration: none; white-space: nowrap; }
.pages li a:hover { background: var(--card); }
.pages li a[aria-current] { background: var(--card); font-weight: 650; box-shadow: inset 3px 0 0 var(--accent); }
.needs { list-style: none; display: grid; gap: 6px; }
.paging { display: flex; gap: 18px; padding-top: 10px; }
.search, .filters { display: flex; flex-wrap: wrap; gap: 10px; align-items: center; }
.filters { gap: 6px 16px; font-size: 14px; }
.filters a[aria-current] { color: var(--text); font-weight: 650; text-decoration: none; }
.search input[type="search"] { flex: 1 1 240px; }
.choice { width: 28px; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(180px, 1fr)); gap: 10px 18px; font-size: 14px; }
.facts dt { color: var(--muted); font-size: 12.5px; }
.facts dd { overflow-wrap: anywhere; }
.timeline { list-style: none; margin: 0; padding: 0; display: grid; gap: 12px; }
.timeline li { display: grid; grid-template-columns: 150px minmax(0, 1fr); gap: 4px 16px; border-top: 1px solid var(--line); padding-top: 10px; font-size: 14px; }
.timeline .free { overflow-wrap: anywhere; }
button.small { min-height: 32px; padding: 4px 10px; margin-top: 6px; }
td .free { overflow-wrap: anywhere; }
td span.free { display: inline-block; min-width: 76px; }
.preview { display: grid; gap: 14px; }
.fields { display: grid; gap: 10px; max-width: 480px; }
.fields label { display: grid; gap: 4px; font-size: 13.5px; }
.fields.wide { max-width: none; }
.field { display: grid; gap: 3px; min-width: 0; }
.fields label.tick, label.tick { display: flex; gap: 8px; align-items: center; }
.problem { display: block; color: var(--critical); }
.problem::first-letter { text-transform: uppercase; }
[aria-invalid] { border-color: var(--critical) !important; }
fieldset { border: 1px solid var(--line); border-radius: 8px; padding: 10px 12px; margin: 0; min-width: 0; display: grid; gap: 10px; }
legend { font-size: 13.5px; padding: 0 4px; }
form + form.buttons, .scroll + form, .card > p + form, fieldset + form { margin-top: 10px; }
.card:not(.preview) > :not(h2) + .buttons { margin-top: 14px; }
.fields > .buttons { margin-top: 6px; }
.pair th { white-space: normal; }
.criterion { display: grid; grid-template-columns: 2fr 1.4fr 2fr 1fr; gap: 10px; }
pre { margin: 0; white-space: pre-wrap; }
tbody th { font-size: 13px; border-top: 1px solid var(--line); padding-top: 7px; vertical-align: top; }
h1, h2, p, ul, dl, dd { margin: 0; padding: 0; }
h1 { font-size: 20px; font-weight: 650; }
h2 { font-size: 14px; font-weight: 650; margin-bottom: 10px; }
.muted { color: var(--muted); }
.small { font-size: 13px; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 16px; min-width: 0; }
.top { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: baseline; gap: 4px 16px; }
.health { border-left: 5px solid var(--state); padding: 16px 18px; }
.health .status { font-size: 22px; font-weight: 700; color: var(--state); line-height: 1.3; }
.health ul { list-style: none; margin-top: 8px; display: grid; gap: 6px; }
.health li { display: flex; gap: 10px; align-items: baseline; }
.dot { flex: none; width: 9px; height: 9px; border-radius: 50%; background: var(--state); transform: translateY(-1px); }
.is-healthy { --state: var(--healthy); --state-soft: var(--healthy-soft); }
.is-warning { --state: var(--warning); --state-soft: var(--warning-soft); }
.is-critical { --state: var(--critical); --state-soft: var(--critical-soft); }
.is-plain { --state: var(--muted); --state-soft: var(--soft); }
.tag { display: inline-block; padding: 0 8px; border-radius: 999px; font-size: 12.5px; line-height: 20px; white-space: nowrap; color: var(--state); background: var(--state-soft); }
.notice { background: var(--state-soft); border-color: transparent; color: var(--text); }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); gap: 12px; }
.figure dt { color: var(--muted); font-size: 13px; }
.figure .value { font-size: 22px; font-weight: 650; line-height: 1.35; font-variant-numeric: tabular-nums; }
.figure .more { color: var(--muted); font-size: 13px; }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); gap: 16px; align-items: start; }
.chart svg { display: block; width: 100%; height: auto; }
.buttons { display: flex; flex-wrap: wrap; gap: 10px; align-items: start; }
input:not([type="checkbox"]):not([type="radio"]), select, textarea { font: inherit; color: var(--text); background: var(--card); border: 1px solid var(--field); border-radius: 8px; padding: 7px 10px; min-height: 40px; max-width: 100%; }
input[type="checkbox"], input[type="radio"] { width: 18px; height: 18px; accent-color: var(--accent); }
button, a.button { font: inherit; font-weight: 550; cursor: pointer; border-radius: 8px; border: 1px solid var(--line); background: var(--card); color: var(--text); padding: 8px 14px; min-height: 40px; }
button:hover, a.button:hover { border-color: var(--accent); }
button.main { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
button.dangerous { background: var(--critical); border-color: var(--critical); color: var(--on-accent); }
a.button { display: inline-block; text-decoration: none; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
details > summary { cursor: pointer; list-style: none; font-weight: 550; border: 1px solid var(--line); border-radius: 8px; padding: 8px 14px; min-height: 40px; }
details > summary::-webkit-details-marker { display: none; }
details[open] > summary { margin-bottom: 8px; }
details .ask { max-width: 420px; border-left: 3px solid var(--line); padding-left: 12px; display: grid; gap: 8px; }
.scroll { overflow-x: auto; position: relative; }
table { width: 100%; border-collapse: collapse; font-size: 13.5px; }
th { text-align: left; font-weight: 500; color: var(--muted); padding: 4px 12px 6px 0; white-space: nowrap; }
td { padding: 7px 12px 7px 0; border-top: 1px solid var(--line); vertical-align: top; overflow-wrap: break-word; }
th.number, td.number { padding: 4px 24px 6px 12px; }
td.number { padding-top: 7px; padding-bottom: 7px; }
.bars + .scroll, .bars + p, .scroll + p, p + .bars { margin-top: 10px; }
td.nowrap, td.number { white-space: nowrap; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.bars { display: grid; grid-template-columns: minmax(90px, max-content) 1fr max-content; gap: 8px 12px; align-items: center; font-size: 13.5px; }
.bars .name { overflow-wrap: anywhere; max-width: 220px; }
.bars .track { height: 8px; border-radius: 4px; background: var(--soft); }
.bars .bar { display: block; height: 8px; border-radius: 4px; background: var(--bar, var(--series-1)); }
.legend, .models { display: flex; flex-wrap: wrap; gap: 4px 18px; font-size: 13px; color: var(--muted); margin-bottom: 8px; }
.legend i { display: inline-block; width: 10px; height: 10px; border-radius: 3px; margin-right: 6px; }
.models b { color: var(--text); }
.run-details { grid-column: 1 / -1; margin-bottom: 6px; }
.empty { color: var(--muted); padding: 6px 0; }
@media (max-width: 860px) {
  .frame { grid-template-columns: minmax(0, 1fr); gap: 12px; }
  .pages { display: flex; gap: 14px; overflow-x: auto; padding: 3px; }
  .pages p { padding-left: 8px; }
  .pages ul { display: flex; }
  .pages li a { padding: 7px 8px; }
  .pages li a[aria-current] { box-shadow: inset 0 -3px 0 var(--accent); }
}
@media (max-width: 640px) {
  .timeline li { grid-template-columns: minmax(0, 1fr); }
  .free { overflow-wrap: anywhere; }
  .brand { padding: 12px 10px 0; }
  .frame { padding: 10px 10px 36px; }
  main { gap: 12px; }
  .card { padding: 14px; }
  .wide-only { display: none; }
  .criterion { grid-template-columns: minmax(0, 1fr); border-bottom: 1px solid var(--line); padding-bottom: 10px; }
  .criterion:last-child { border-bottom: 0; padding-bottom: 0; }
  .figures { grid-template-columns: 1fr 1fr; gap: 10px; }
  .buttons { display: grid; grid-template-columns: 1fr 1fr; align-items: stretch; }
  .buttons > a.button { display: grid; place-content: center; }
  .buttons details { grid-column: 1 / -1; }
  .buttons button, .buttons a.button { width: 100%; text-align: center; }
  td .buttons { grid-template-columns: 1fr; }
}
`;
