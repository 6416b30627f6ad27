// The style of report.html. Colours are named once a scheme; c0 ... c5 tell lines apart for people
// who see colours differently as well.
#pragma once

namespace millrace::perf {

inline constexpr const char* report_style = R"css(
:root{color-scheme:light dark;--page:#fbfbfa;--card:#fff;--ink:#1b1b1a;--soft:#5f5e5b;
--rule:#e3e2de;
--grid:#ecebe8;--c0:#2a78d6;--c1:#d4631a;--c2:#6e6d69;--c3:#1b9e77;--c4:#8551c0;--c5:#c43c39;
--good:#1a7f45;--suspect:#9a6400;--invalid:#b42a27}
@media (prefers-color-scheme:dark){:root{--page:#161615;--card:#1f1f1d;--ink:#eceae5;
--soft:#a5a39d;
--rule:#383734;--grid:#2c2b29;--c0:#5aa2f0;--c1:#f0914f;--c2:#b1afa8;--c3:#3fc79a;--c4:#b58ae6;
--c5:#f0716c;--good:#5ccb8a;--suspect:#e0a93f;--invalid:#f0716c}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{max-width:1000px;margin:0 auto;padding:32px 20px 60px}
h1{font-size:24px;margin:0 0 2px}h2{font-size:16px;margin:36px 0 6px}
p{margin:4px 0}.soft{color:var(--soft)}code{font-size:13px;overflow-wrap:anywhere}
.verdict{border-left:4px solid;padding:8px 14px;margin:18px 0;background:var(--card)}
.good{border-color:var(--good)}.suspect{border-color:var(--suspect)}
.invalid{border-color:var(--invalid)}
.good b{color:var(--good)}.suspect b{color:var(--suspect)}.invalid b,.missed{color:var(--invalid)}
.card{background:var(--card);border:1px solid var(--rule);border-radius:8px;padding:12px 14px;
overflow-x:auto}
svg{display:block;width:100%;min-width:640px;height:auto;font:12px system-ui,sans-serif}
text{fill:var(--soft)}.end{text-anchor:end}.middle{text-anchor:middle}.name{fill:var(--ink)}
.line{fill:none;stroke-width:2;stroke-linejoin:round}.dashed{stroke-dasharray:5 4}
.band{opacity:.16}.heat{shape-rendering:crispEdges}
.grid{stroke:var(--grid)}.axis{stroke:var(--soft)}.limit{stroke:var(--soft);stroke-dasharray:3 3}
.cross{stroke:var(--invalid);stroke-width:2.5;fill:none}.empty{fill:var(--grid)}
.dot{stroke:var(--card);stroke-width:1.5}
.c0{stroke:var(--c0)}.c1{stroke:var(--c1)}.c2{stroke:var(--c2)}.c3{stroke:var(--c3)}
.c4{stroke:var(--c4)}
.c5{stroke:var(--c5)}.f0{fill:var(--c0)}.f1{fill:var(--c1)}.f2{fill:var(--c2)}.f3{fill:var(--c3)}
.f4{fill:var(--c4)}.f5{fill:var(--c5)}
table{border-collapse:collapse;width:100%;font-size:14px}
th{text-align:left;font-weight:600;color:var(--soft)}
th,td{padding:5px 12px 5px 0;border-bottom:1px solid var(--rule);vertical-align:top}
tr:last-child td{border-bottom:0}.n{text-align:right;font-variant-numeric:tabular-nums;
white-space:nowrap}
details{margin-top:8px}summary{cursor:pointer;color:var(--soft)}
)css";

}  // namespace millrace::perf
