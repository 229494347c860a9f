#!/usr/bin/env bash
# usage: plant.sh DIST OUT PATCH...
# Makes of a distribution another one in which these bugs are planted: OUT is DIST but for the classes that the patches change.
# The patches are those of <module>/src/mutants. So it can be seen that the failure suite finds them in real servers:
#   jepsen-tests/src/build/plant.sh server/target/dist /tmp/planted raft/src/mutants/ack-before-sync.patch
#   ./balsa torture --dist /tmp/planted --workload set --nemesis power
set -eu

root=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../../..
dist=$(readlink -f "$1")
out=$2
shift 2
[ ! -e "$out" ] || {
  echo "plant.sh: $out is there already" >&2
  exit 2
}
# shellcheck source=server/src/dist/lib/find-java.sh
. "$dist/lib/find-java.sh"
find_java
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir -p "$work/sources" "$work/classes"
for module in raft storage client server; do
  cp -r "$root/$module/src/main/java/." "$work/sources/"
done
for file in "$@"; do
  # The paths in a patch begin at the checkout or at a module's sources, and its hunks do not say where they are: their lines do.
  sed -E 's#^(---|\+\+\+) [ab]/([a-z-]+/src/main/java/)?#\1 x/#' "$file" |
    awk '
      function flush() { if (hunk != "") printf "@@ -9,%d +9,%d @@\n%s", old, now, hunk; hunk = ""; old = now = 0 }
      /^@@/ { flush(); inside = 1; next }
      /^(---|\+\+\+) x\// { flush(); inside = 0 }
      inside { hunk = hunk $0 "\n"; if ($0 !~ /^\+/) old++; if ($0 !~ /^-/) now++; next }
      { print }
      END { flush() }' >"$work/patch"
  patch -s -p1 -d "$work/sources" -i "$work/patch"
  sed -n 's#^+++ x/##p' "$work/patch" >>"$work/changed"
done
sort -u "$work/changed" >"$work/files"

(cd "$work/sources" && "${JAVA%/java}/javac" -nowarn -proc:none -encoding UTF-8 -cp "$dist/lib/*" -d "$work/classes" @"$work/files")

cp -a "$dist" "$out"
rm -rf "$out/lib/cds" "$out/.in-use"
while read -r file; do
  for jar in "$out"/lib/balsa-*.jar; do
    if "${JAVA%/java}/jar" tf "$jar" "${file%.java}.class" 2>/dev/null | grep -q .; then
      "${JAVA%/java}/jar" uf "$jar" $(cd "$work/classes" && find . -path "./${file%.java}.class" -o -path "./${file%.java}\$*.class" | sed "s#^#-C $work/classes #")
      echo "planted in ${jar##*/}: $file"
    fi
  done
done <"$work/files"
