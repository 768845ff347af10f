#!/bin/sh
# Starts the built gateway under the "node" of the PATH, on ports that the system chooses, asks it something and ends it
# with SIGTERM. Shows that the program as installed works on that version, not only its tests.
set -eu
directory=$(mktemp -d)
gateway=
trap '[ -z "$gateway" ] || kill "$gateway" 2>/dev/null || true; rm -rf "$directory"' EXIT

cat >"$directory/gateway.yaml" <<'YAML'
listen: 127.0.0.1:0
admin: { listen: 127.0.0.1:0 }
clusters:
  main:
    path: /search.pz2
    # Nothing listens on the discard port: the gateway must say so, not hang.
    members: [{ url: http://127.0.0.1:9, route: pz1 }]
YAML
node --version
node dist/lib/cli/main.js gateway --config "$directory/gateway.yaml" >"$directory/log" &
gateway=$!
if ! node test/ask-gateway.mjs "$directory/log"; then
  cat "$directory/log"
  exit 1
fi
kill -TERM "$gateway"
wait "$gateway"
gateway=
echo 'gateway: started, answered, ended in peace'
