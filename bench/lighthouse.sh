#!/bin/sh
# Lighthouse (mobile) over the pages that the weights are promised for, in both languages.
#
#   ./run                                             in one terminal, on a machine that does nothing else
#   npm install --prefix /tmp/lighthouse lighthouse@12
#   CHROME_PATH=/usr/bin/chromium sh bench/lighthouse.sh http://127.0.0.1:8000 /tmp/lighthouse
#
# Loads each page RUNS times (3) and prints the run of the middle performance: the four scores, the times, the bytes
# that were transferred and the number of requests. Goes on when a page falls short, names it at the end, and fails.
set -u
site=${1:-http://127.0.0.1:8000}
tool=${2:-/tmp/lighthouse}
runs=${RUNS:-3}
short=""
for path in / /feedback/new/complaint/ /services/s01/ /contact/ \
    /en/ /en/feedback/new/complaint/ /en/services/s01/ /en/contact/; do
    rm -f "$tool"/report-*.json
    for run in $(seq "$runs"); do
        "$tool/node_modules/.bin/lighthouse" "$site$path" --quiet --output=json \
            --output-path="$tool/report-$run.json" \
            --chrome-flags="--headless=new --no-sandbox --disable-gpu --disable-background-networking" 2>/dev/null
    done
    TOOL="$tool" PAGE="$path" node -e '
        const { readdirSync, readFileSync } = require("fs");
        const { TOOL, PAGE } = process.env;
        const reports = readdirSync(TOOL).filter((name) => /^report-\d+\.json$/.test(name))
            .map((name) => JSON.parse(readFileSync(`${TOOL}/${name}`))).filter((one) => !one.runtimeError)
            .sort((a, b) => a.categories.performance.score - b.categories.performance.score);
        const report = reports[Math.floor(reports.length / 2)];
        if (!report) { console.log(PAGE, "could not be loaded"); process.exit(1); }
        const scores = Object.values(report.categories).map((part) => [part.id, Math.round(part.score * 100)]);
        const times = ["first-contentful-paint", "largest-contentful-paint", "total-blocking-time"]
            .map((name) => `${name} ${report.audits[name].displayValue}`);
        const asked = report.audits["network-requests"].details.items.filter((one) => one.url.startsWith("http"));
        const bytes = asked.reduce((sum, one) => sum + one.transferSize, 0);
        console.log(PAGE, ...scores.flat(), ...times, `${bytes} bytes`, `${asked.length} requests`);
        process.exit(scores.every(([name, score]) => score >= (name === "performance" ? 98 : 100)) ? 0 : 1);
    ' || short="$short $path"
done
[ -z "$short" ] || { echo "short of the promise:$short"; exit 1; }
