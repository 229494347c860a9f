#!/usr/bin/env bash
# usage: make-simulate-args.sh TARGET CLASSPATH-FILE JVM-FLAGS
# Writes TARGET/simulate.args, for "java @server/target/simulate.args --seconds 3600" under any JDK from 17 up.
set -eu

here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
# shellcheck source=server/src/dist/lib/find-java.sh
. "$here/../dist/lib/find-java.sh"
find_java

# As an argument file has it: in quotes, backslashes doubled.
quoted() {
  local text=${1//\\/\\\\}
  printf '"%s"\n' "${text//\"/\\\"}"
}

{
  quoted "$here/RunSimulator.java"
  quoted "$JAVA"
  quoted "$3"
  quoted "$1/test-classes:$1/classes:$(cat "$2")"
} >"$1/simulate.args"
