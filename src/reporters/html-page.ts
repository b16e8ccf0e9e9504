/** The style sheet of the HTML report: light and dark, narrow and printed. */
export const STYLE = `:root{color-scheme:light dark;--line:#8884;--soft:#8881;--bad:light-dark(#b71c1c,#ff8a80);--good:light-dark(#1b5e20,#81c784);--warn:light-dark(#8a5300,#ffb74d);--dim:light-dark(#5f6368,#9aa0a6)}
*{box-sizing:border-box}body{font:15px/1.5 system-ui,sans-serif;max-width:1040px;margin:0 auto;padding:1rem;overflow-wrap:break-word}pre,dd{overflow-wrap:anywhere;min-width:0}
h1{font-size:1.5rem;margin:.5rem 0}h2{font-size:1.15rem;margin:2rem 0 .5rem}h3{font-size:1rem;margin:0}p{margin:.4rem 0}
code,pre{font:12.5px/1.5 ui-monospace,monospace}pre{white-space:pre-wrap;background:var(--soft);padding:.6rem .75rem;border-radius:6px;margin:.4rem 0}
.bar{display:flex;height:10px;border-radius:5px;overflow:hidden;margin:.6rem 0}.bar i{display:block}
.failed,.bug,.flaky{color:var(--bad)}.passed{color:var(--good)}.inconclusive,.waived{color:var(--warn)}.skipped,.blocked{color:var(--dim)}
.bar .failed,.bar .bug{background:#d32f2f}.bar .flaky{background:#ef6c00}.bar .passed{background:#2e7d32}.bar .inconclusive,.bar .waived{background:#f9a825}.bar .skipped,.bar .blocked{background:#9e9e9e}
.filter{display:flex;flex-wrap:wrap;gap:.4rem .9rem;margin:.6rem 0}.filter label{cursor:pointer;white-space:nowrap}
.card{border:1px solid var(--line);border-left:4px solid currentColor;border-radius:6px;padding:.75rem 1rem;margin:.8rem 0}.card>*{color:CanvasText}.card .v{color:inherit}
.v{font-weight:600}.dim{color:var(--dim)}.place{color:var(--bad);font-weight:600}dl{display:grid;grid-template-columns:6.5rem 1fr;gap:.15rem .6rem;margin:.5rem 0}dt{color:var(--dim)}dd{margin:0}
.copy{position:relative}.copy pre{padding-right:4.5rem}.copy button{position:absolute;top:.35rem;right:.35rem;font:inherit;font-size:12px;padding:.1rem .5rem;cursor:pointer}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.25rem .6rem .25rem 0;vertical-align:top;border-bottom:1px solid var(--line)}td.n,th.n{text-align:right}td{overflow-wrap:anywhere;min-width:5rem}td:first-child,td.n{white-space:nowrap;overflow-wrap:normal}td.n{min-width:0}
summary{cursor:pointer}svg{width:100%;height:auto;background:var(--soft);border-radius:6px}svg text{font:11px system-ui,sans-serif;fill:currentColor}.key{display:inline-block;width:.8em;height:.8em;margin:0 .3em 0 1em}
@media(max-width:600px){table{font-size:13px}td:first-child{white-space:normal;overflow-wrap:anywhere}td{min-width:3.5rem}dl{grid-template-columns:1fr}dt{margin-top:.3rem}.wide{display:none}}
@media print{.filter,.copy button{display:none}details::details-content{content-visibility:visible;block-size:auto}.card{break-inside:avoid}body{max-width:none}}`;

/** Filters cards by verdict and area, and copies the text beside a button. */
export const SCRIPT = `document.addEventListener('change',()=>{const on=n=>new Set([...document.querySelectorAll('input[name='+n+']:checked')].map(i=>i.value));const v=on('verdict'),a=on('area');
for(const c of document.querySelectorAll('[data-verdict]'))c.hidden=!v.has(c.dataset.verdict)||!a.has(c.dataset.area)});
document.addEventListener('click',async e=>{const b=e.target.closest('.copy button');if(!b)return;await navigator.clipboard.writeText(b.nextElementSibling.textContent);b.textContent='Copied';setTimeout(()=>b.textContent='Copy',1500)});`;
