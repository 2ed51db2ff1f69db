/** The styles of the HTML report: light or dark as the reader prefers, one column on a phone. */
export const STYLE = `
:root{color-scheme:light dark;--bg:#fff;--card:#f6f7f9;--ink:#1c2128;--soft:#5b6472;--line:#dfe3e8;--good:#15803d;--bad:#c2261b;--unsure:#a15c00;
--c1:#2563eb;--c2:#d97706;--c3:#c2261b;--c4:#7c3aed;--c5:#0f8a7a;--c6:#8b95a3}
@media(prefers-color-scheme:dark){:root{--bg:#13161b;--card:#1c2128;--ink:#e6e9ee;--soft:#9aa4b2;--line:#303743;--good:#4ade80;--bad:#f87171;--unsure:#fbbf24;
--c1:#6ea8fe;--c2:#fbbf24;--c3:#f87171;--c4:#c4a5fd;--c5:#4fd1bd;--c6:#77818f}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;-webkit-text-size-adjust:100%}
main{max-width:1080px;margin:0 auto;padding:24px 20px 48px}
article+article{margin-top:64px;border-top:1px solid var(--line);padding-top:40px}
h1{font-size:26px;line-height:1.2;margin:0;overflow-wrap:anywhere}h1 small{font-size:17px;font-weight:400}
h2{font-size:17px;margin:36px 0 10px}
p{margin:6px 0}.soft,small{color:var(--soft)}
header .soft{overflow-wrap:anywhere}
.verdict{margin:16px 0 20px;padding:12px 16px;border-radius:8px;background:var(--card);border-left:5px solid var(--v);overflow-wrap:anywhere}
.verdict b{color:var(--v);letter-spacing:.04em;margin-right:8px}
.True{--v:var(--good)}.False{--v:var(--bad)}.Unknown{--v:var(--unsure)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(130px,1fr));gap:10px;margin:0;padding:0;list-style:none}
.tiles li{background:var(--card);border-radius:8px;padding:10px 14px}
.tiles b{display:block;font-size:22px;line-height:1.25;font-variant-numeric:tabular-nums}
.tiles span{color:var(--soft);font-size:13px}
.charts{margin-top:36px;display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:24px 28px}
.chart{margin:0;position:relative}.when{position:absolute;top:0;right:0;background:var(--bg);font-size:13px;color:var(--soft)}.chart:last-child:nth-child(odd){grid-column:1/-1}
figcaption{font-weight:600}
.legend{display:flex;flex-wrap:wrap;gap:2px 14px;margin:2px 0 8px;padding:0;list-style:none;font-size:13px;color:var(--soft);min-height:20px}
.legend i{display:inline-block;width:10px;height:3px;border-radius:2px;margin-right:6px;vertical-align:middle}
.legend b{display:inline-block;white-space:nowrap;color:var(--ink);font-variant-numeric:tabular-nums}
.frame{display:grid;grid-template-columns:56px minmax(0,1fr);grid-template-rows:190px 40px;padding-top:6px}
.plot{position:relative;touch-action:pan-y}
.plot svg{position:absolute;inset:0;width:100%;height:100%;overflow:visible}
.plot path{fill:none;stroke-width:1.8;stroke-linejoin:round;stroke-linecap:round;vector-effect:non-scaling-stroke}
.plot line.limit{stroke:var(--bad);stroke-width:1.4;stroke-dasharray:6 5;vector-effect:non-scaling-stroke}
.plot line.mark{stroke:var(--soft);stroke-width:1.2;stroke-dasharray:2 4;vector-effect:non-scaling-stroke}
.legend i.mark{background:repeating-linear-gradient(90deg,var(--soft) 0 2px,transparent 2px 5px);width:14px}
.legend i.limit{background:repeating-linear-gradient(90deg,var(--bad) 0 4px,transparent 4px 6px);width:14px}
.grid line{stroke:var(--line);stroke-width:1;vector-effect:non-scaling-stroke}
.y,.x{position:relative;font-size:12px;color:var(--soft);font-variant-numeric:tabular-nums}
.y span{position:absolute;right:8px;transform:translateY(50%);white-space:nowrap}
.x{grid-column:2}
.x span{position:absolute;top:4px;white-space:nowrap}
.x em{position:absolute;top:20px;right:0;font-style:normal}
.cursor{position:absolute;top:0;bottom:0;width:1px;background:var(--soft);display:none;pointer-events:none}
.s1{stroke:var(--c1)}.s2{stroke:var(--c2)}.s3{stroke:var(--c3)}.s4{stroke:var(--c4)}.s5{stroke:var(--c5)}.s6{stroke:var(--c6)}
.b1{background:var(--c1)}.b2{background:var(--c2)}.b3{background:var(--c3)}.b4{background:var(--c4)}.b5{background:var(--c5)}.b6{background:var(--c6)}
.scroll{overflow-x:auto}.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(280px,1fr));gap:0 28px}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:14px}
th,td{padding:5px 18px 5px 0;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap;vertical-align:top}
th:first-child,td:first-child,.text{text-align:left}
td.text{white-space:normal;overflow-wrap:anywhere;min-width:120px}td.text:first-child{min-width:220px}
th{font-weight:500;color:var(--soft)}
.ok{color:var(--good)}.no{color:var(--bad)}.unsure{color:var(--unsure)}
details{margin-top:20px}summary{cursor:pointer;font-weight:600}
pre{background:var(--card);border-radius:8px;padding:12px 16px;overflow-x:auto;font-size:13px;line-height:1.45}
@media(max-width:760px){.chart:last-child:nth-child(odd){grid-column:auto}main{padding:16px 14px 40px}.charts{grid-template-columns:minmax(0,1fr)}h1{font-size:22px}.tiles{grid-template-columns:repeat(2,1fr)}.tiles b{font-size:19px}th,td{padding-right:12px;white-space:normal}table{font-size:13px}td.text:first-child{min-width:150px}.frame{grid-template-columns:50px minmax(0,1fr)}}
@media print{.chart,tr,.verdict,.tiles li,.pair{break-inside:avoid}main{max-width:none;padding:0}h2,summary{break-after:avoid}.scroll{overflow:visible}
table,section p{font-size:9.5px}th,td{padding-right:8px}th,td.text{white-space:normal}td.text{min-width:48px}td.text:first-child{min-width:140px}
pre{white-space:pre-wrap;overflow-wrap:anywhere;overflow:visible}details::details-content{content-visibility:visible;block-size:auto}}
`;
