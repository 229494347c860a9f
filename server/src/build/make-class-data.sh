#!/usr/bin/env bash
# usage: make-class-data.sh DIST
# Archives the classes that a verb loads, and those that a node loads, so that either starts sooner. A step of the build,
# because an installation may be read-only, and made with the JDK that bin/balsa will find, because another one turns it down.
# The class path is spelled by bin/balsa alone: an archive is written at the end of what it runs.
set -eu

dist=$1
# shellcheck source=server/src/dist/lib/find-java.sh
. "$dist/lib/find-java.sh"
find_java
rm -rf "$dist/lib/cds"
mkdir "$dist/lib/cds"
verbs=$dist/lib/cds/$JAVA_RELEASE.jsa
node=$dist/lib/cds/$JAVA_RELEASE-server.jsa
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# usage: require ARCHIVE LOG
require() {
  [ -s "$1" ] || {
    echo "make-class-data.sh: no class-data archive was written to $1" >&2
    cat "$2" >&2
    exit 1
  }
}

# Nobody listens on port 1, so the verb fails after it has loaded and used all that a call needs.
BALSA_JAVA_OPTS="-XX:ArchiveClassesAtExit=$verbs" \
  "$dist/bin/balsa" get training --endpoints 127.0.0.1:1 --timeout 300ms >"$work/verb.log" 2>&1 || true
require "$verbs" "$work/verb.log"

# A node that leads itself, is written to and read from, and is told to end. Another process may have the port: then it ends
# at once, and the next one is tried.
for _ in 1 2 3 4 5; do
  address=127.0.0.1:$((20000 + RANDOM % 12000))
  rm -rf "$work/data"
  BALSA_JAVA_OPTS="-XX:ArchiveClassesAtExit=$node" "$dist/bin/balsa" server --id n1 --data "$work/data" \
    --listen "$address" --cluster "n1=$address" --stop-with-parent >"$work/node.log" 2>&1 &
  pid=$!
  for _ in $(seq 1 150); do
    kill -0 "$pid" 2>/dev/null && ! grep -q 'LEADER in term' "$work/node.log" || break
    sleep 0.2
  done
  if kill -0 "$pid" 2>/dev/null; then
    for verb in "put training 1" "get training" "incr trained"; do
      # shellcheck disable=SC2086 # the words of the verb
      "$dist/bin/balsa" $verb --endpoints "$address" >>"$work/node.log" 2>&1 || true
    done
    kill "$pid" 2>/dev/null || true
    wait "$pid" || true
    break
  fi
done
require "$node" "$work/node.log"
