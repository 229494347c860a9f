#!/usr/bin/env bash
# usage: make-class-data.sh DIST
# Archives the classes that a verb loads, and those that a node loads, so that either starts sooner. A step of the build,
# because an installation may be read-only, and made with the JDK that bin/balsa will find, because another one turns it down.
# The class path is spelled by bin/balsa alone: an archive is written at the end of what it runs.
#
# Of a node JDK 25 keeps how its methods were used as well (JEP 514 and 515): the compiler knows at the start what it would learn
# in the first minute, in which a node that was started again has to serve as the others do. So the node is one of three, which leads
# under load and then follows.
set -eu

dist=$1
# shellcheck source=server/src/dist/lib/find-java.sh
. "$dist/lib/find-java.sh"
find_java
rm -rf "$dist/lib/cds"
mkdir "$dist/lib/cds"
verbs=$dist/lib/cds/$JAVA_RELEASE.jsa
work=$(mktemp -d)
nodes=()
end() {
  [ ${#nodes[@]} -eq 0 ] || kill "${nodes[@]}" 2>/dev/null || true
  rm -rf "$work"
}
trap end EXIT
if [ "${java_major:?}" -ge 25 ]; then
  node=$dist/lib/cds/$JAVA_RELEASE-server.aot
  node_option=-XX:AOTCacheOutput=$node
else
  node=$dist/lib/cds/$JAVA_RELEASE-server.jsa
  node_option=-XX:ArchiveClassesAtExit=$node
fi

# usage: require ARCHIVE LOG
require() {
  [ -s "$1" ] || {
    echo "make-class-data.sh: no class-data archive was written to $1" >&2
    cat "$2" >&2
    exit 1
  }
}

# usage: start_nodes PORT: three of them, of which the first is to lead; false where it ended, for its port was taken
start_nodes() {
  local i options cluster="n1=127.0.0.1:$1,n2=127.0.0.1:$(($1 + 1)),n3=127.0.0.1:$(($1 + 2))"
  endpoints=127.0.0.1:$1,127.0.0.1:$(($1 + 1)),127.0.0.1:$(($1 + 2))
  nodes=()
  for i in 1 2 3; do
    options=
    [ "$i" != 1 ] || options=$node_option
    rm -rf "$work/data$i"
    BALSA_JAVA_OPTS=$options "$dist/bin/balsa" server --id "n$i" --data "$work/data$i" --listen "127.0.0.1:$(($1 + i - 1))" \
      --cluster "$cluster" --priority $((i == 1 ? 2 : 1)) --stop-with-parent >"$work/n$i.log" 2>&1 &
    nodes+=($!)
  done
  for _ in $(seq 1 150); do
    kill -0 "${nodes[0]}" 2>/dev/null || return 1
    ! grep -q 'LEADER in term' "$work/n1.log" || return 0
    sleep 0.2
  done
  return 1
}

stop_nodes() {
  kill "${nodes[@]}" 2>/dev/null || true
  wait "${nodes[@]}" || true
  nodes=()
}

# Nobody listens on port 1, so the verb fails after it has loaded and used all that a call needs.
BALSA_JAVA_OPTS="-XX:ArchiveClassesAtExit=$verbs" \
  "$dist/bin/balsa" get training --endpoints 127.0.0.1:1 --timeout 300ms >"$work/verb.log" 2>&1 || true
require "$verbs" "$work/verb.log"

# usage: verb WORD...: what it says goes where it is shown if nothing was written; a load that fails trains less, no more
verb() {
  "$dist/bin/balsa" "$@" --endpoints "$endpoints" >>"$work/n1.log" 2>&1 || true
}

for _ in 1 2 3 4 5; do
  start_nodes $((20000 + RANDOM % 12000)) && break
  stop_nodes
done
verb bench put --api unary --keys 20000 --warmup 0s --seconds 4s
verb bench get --api unary --keys 20000 --warmup 0s --seconds 3s
verb bench put --keys 20000 --in-flight 500 --warmup 0s --seconds 3s
verb bench incr --keys 100 --in-flight 500 --warmup 0s --seconds 2s
verb leader transfer n2
verb bench put --keys 20000 --in-flight 500 --warmup 0s --seconds 3s
stop_nodes
require "$node" "$work/n1.log"
