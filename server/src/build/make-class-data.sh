#!/usr/bin/env bash
# usage: make-class-data.sh DIST
# Archives the classes that a verb loads, so that it starts in a fraction of a second. A step of the build, because an
# installation may be read-only, and made with the JDK that bin/balsa will find, because another one turns it down.
set -eu

dist=$1
# shellcheck source=server/src/dist/lib/find-java.sh
. "$dist/lib/find-java.sh"
find_java
rm -rf "$dist/lib/cds"
mkdir "$dist/lib/cds"
archive=$dist/lib/cds/$JAVA_RELEASE.jsa

# The class path is spelled by bin/balsa alone: the archive is written at the end of one verb that it runs. Nobody listens on
# port 1, so the verb fails after it has loaded and used all that a call needs.
BALSA_JAVA_OPTS="-XX:ArchiveClassesAtExit=$archive" \
  "$dist/bin/balsa" get training --endpoints 127.0.0.1:1 --timeout 300ms >/dev/null 2>&1 || true
if [ ! -s "$archive" ]; then
  echo "make-class-data.sh: no class-data archive was written to $archive" >&2
  exit 1
fi
