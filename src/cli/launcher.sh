#!/bin/sh
# Finds the package this link belongs to and runs it on the package's own Node 24.
self=$0
while [ -h "$self" ]; do
  target=$(readlink "$self")
  case $target in
    /*) self=$target ;;
    *) self=$(dirname "$self")/$target ;;
  esac
done
package=$(cd "$(dirname "$self")/../.." && pwd)
# A checkout runs its sources; an installed package has JavaScript only.
start=$package/src/cli/start.js
[ -f "$start" ] || start=$package/dist/src/cli/start.js
# Young objects get 2 x 8 MB. V8's own limit lets them grow beyond 100 MB in a busy server, for no less CPU time.
for node in "$package/node_modules/node/bin/node" "$package/../node/bin/node"; do
  if [ -x "$node" ]; then
    exec "$node" --max-semi-space-size=8 "$start" "$@"
  fi
done
echo "pintle: its Node 24 is missing in $package/node_modules/node (was it installed with --ignore-scripts?)." >&2
echo "        Run 'npm ci' in $package, or 'npm rebuild node' there." >&2
exit 1
