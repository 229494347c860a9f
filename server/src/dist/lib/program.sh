# shellcheck shell=bash
# Sourced by the programs that are packed apart and use a distribution: the failure suite, the comparison and the benchmarks of inner
# parts.

# usage: begin NAME: for the program NAME whose package lies in $home. Finds Java and the distribution, which is the one that
# BALSA_HOME names, or the only one that is unpacked beside the package; sets "flags", those of every such program's JVM.
begin() {
  local beside
  # As of the distribution itself: what a checkout built for itself is not removed while it is in use.
  if [ -r "$home/.in-use" ]; then
    exec 7<"$home/.in-use"
    flock -sn 7 || true
  fi
  # shellcheck source=server/src/dist/lib/find-java.sh
  . "$home/lib/find-java.sh"
  find_java || exit 1
  if [ -z "${BALSA_HOME:-}" ]; then
    for beside in "${home%/*}"/balsa-*/bin/balsa; do
      [ -x "$beside" ] || continue
      if [ -n "${BALSA_HOME:-}" ]; then
        echo "$1: several distributions lie beside $home; name one in BALSA_HOME" >&2
        exit 2
      fi
      BALSA_HOME=${beside%/bin/balsa}
    done
  fi
  case ${LC_ALL:-${LC_CTYPE:-${LANG:-}}} in
    *[Uu][Tt][Ff]8 | *[Uu][Tt][Ff]-8) ;;
    *) export LC_ALL=C.UTF-8 ;;
  esac
  flags=(-XX:+IgnoreUnrecognizedVMOptions --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow
    -XX:+ExitOnOutOfMemoryError -Xlog:disable -XX:-UsePerfData -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
    "-Dbalsa.dist=${BALSA_HOME:-}")
}

# usage: run MAIN OPTIONS ARGUMENT...: OPTIONS are what the user gives the JVM, which come last and win. The parallel collector,
# unless they name another: what such a program does is no server's work, and it shall take little of the processors.
run() {
  local main=$1 own
  read -ra own <<<"$2"
  shift 2
  [[ ${own[*]-} == *-XX:+Use*GC* ]] || flags+=(-XX:+UseParallelGC)
  exec "$JAVA" "${flags[@]}" ${own[@]+"${own[@]}"} -cp "$home/lib/*" "$main" "$@"
}
