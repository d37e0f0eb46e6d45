#!/bin/sh
# Lighthouse (mobile) over the four pages that the weights are promised for, in both languages.
#
#   ./run                                             in one terminal, on a machine that does nothing else
#   npm install --prefix /tmp/lighthouse lighthouse@12
#   CHROME_PATH=/usr/bin/chromium sh bench/lighthouse.sh http://127.0.0.1:8000 /tmp/lighthouse
#
# Prints the four scores, the bytes that were transferred and the number of requests of each page.
set -eu
site=${1:-http://127.0.0.1:8000}
tool=${2:-/tmp/lighthouse}
for path in / /feedback/new/complaint/ /services/s01/ /contact/ /en/ /en/feedback/new/complaint/; do
    "$tool/node_modules/.bin/lighthouse" "$site$path" --quiet --output=json --output-path="$tool/report.json" \
        --chrome-flags="--headless=new --no-sandbox --disable-gpu --disable-background-networking" 2>/dev/null
    TOOL="$tool" PAGE="$path" node -e '
        const report = JSON.parse(require("fs").readFileSync(process.env.TOOL + "/report.json"));
        const scores = Object.values(report.categories).map((part) => `${part.id} ${Math.round(part.score * 100)}`);
        const asked = report.audits["network-requests"].details.items.filter((item) => item.url.startsWith("http"));
        const bytes = asked.reduce((sum, item) => sum + item.transferSize, 0);
        console.log(process.env.PAGE, ...scores, `${bytes} bytes`, `${asked.length} requests`);'
done
