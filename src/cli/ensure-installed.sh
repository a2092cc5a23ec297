#!/bin/sh
# Makes a checkout ready to run: packages when the lock file changed, generated data when its inputs did.
set -e
cd "$(dirname "$0")/../.."
if ! [ node_modules/.package-lock.json -nt package-lock.json ]; then
  echo "pintle: installing packages, about a minute, only when they changed ..." >&2
  npm ci --loglevel=error --no-audit --no-fund >/dev/null
fi
export NODE_COMPILE_CACHE="${NODE_COMPILE_CACHE:-$PWD/node_modules/.cache/compile}"
exec node src/cli/generate/main.ts
