# shellcheck shell=bash disable=SC2034
# Sourced by the launch scripts. find_java sets JAVA (the program) and JAVA_RELEASE (its exact version, for the name of the
# class-data archive), or says in one sentence what to install. It starts no process: that would cost each verb 40 ms.

# Sets JAVA_RELEASE and java_major from what a JDK says about itself in its file "release".
read_release() {
  JAVA_RELEASE='' java_major=0
  [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return 1
  local key value version=''
  while IFS='=' read -r key value; do
    value=${value#\"}
    value=${value%\"}
    case $key in
      JAVA_VERSION) version=$value ;;
      JAVA_RUNTIME_VERSION) JAVA_RELEASE=$value ;;
    esac
  done <"$1/release"
  java_major=${version%%[.+-]*}
  JAVA_RELEASE=${JAVA_RELEASE:-$version}
  [[ $java_major =~ ^[0-9]+$ ]]
}

find_java() {
  local home program best='' best_major=20
  program=$(type -P java || true)
  [ -z "$program" ] || program=$(readlink -f "$program")
  # The user's own choice first; then the newest that is installed where JDKs usually are.
  for home in "${JAVA_HOME:-}" "${program%/bin/java}"; do
    if [ -n "$home" ] && read_release "$home" && [ "$java_major" -ge 21 ]; then
      JAVA=$home/bin/java
      return 0
    fi
  done
  for home in /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* "${HOME:-/nonexistent}"/.sdkman/candidates/java/* \
    "${HOME:-/nonexistent}"/.jdks/*; do
    if read_release "$home" && [ "$java_major" -gt "$best_major" ]; then
      best=$home best_major=$java_major
    fi
  done
  if [ -n "$best" ] && read_release "$best"; then
    JAVA=$best/bin/java
    return 0
  fi
  echo "balsa: no JDK 21 or newer found; install one, for example Eclipse Temurin 25, or set JAVA_HOME to it" >&2
  return 1
}
