#!/usr/bin/env bash
# Makes a Debian or Ubuntu machine ready for unattended evolution. Run it as root, as often as you like: a second run
# finishes what a first one could not, and changes nothing that is done.
#   provision.sh [SOURCE]    SOURCE: a checkout of Heirloom with its .git; default: the one this script lies in
set -euo pipefail
umask 022

UV=0.13.8 # pinned; from PyPI
CODE=/opt/heirloom          # the controller: root's, read-only to the run
HOME_OF_RUN=/var/lib/heirloom
REPOSITORY=$HOME_OF_RUN/repo # the operator's repository: the lineage is a branch of it
SETTINGS=/etc/heirloom
LEAST_MEMORY_MB=1800 LEAST_DISK_MB=3000
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
source=${1:-$(dirname -- "$here")}

say() { printf 'provision: %s\n' "$*" >&2; }
fail() { say "$*"; exit 2; }

check() {
    [ "$(id -u)" = 0 ] || fail "this must run as root: sudo $0"
    [ -r /etc/os-release ] || fail "this is no Debian or Ubuntu; install by hand what the README's 'By hand' lists"
    # shellcheck source=/dev/null
    . /etc/os-release
    case "${ID:-}:${VERSION_ID:-0}" in
        debian:1[2-9]* | debian:[2-9]* | ubuntu:2[4-9]* | ubuntu:[3-9]*) ;;
        debian:0) ;; # testing and unstable name no version
        *) fail "${PRETTY_NAME:-this system} is too old or another system: use Debian 12, Ubuntu 24.04, or newer" ;;
    esac
    local memory disk
    memory=$(awk '/^MemTotal/ {print int($2 / 1024)}' /proc/meminfo)
    [ "$memory" -ge "$LEAST_MEMORY_MB" ] || fail "$memory MiB of memory, $LEAST_MEMORY_MB are needed: give the machine more"
    disk=$(df -Pm /opt | awk 'NR == 2 {print $4}')
    [ "$disk" -ge "$LEAST_DISK_MB" ] || [ -x "$CODE/.venv/bin/python" ] ||
        fail "$disk MiB are free for /opt, $LEAST_DISK_MB are needed: make room or a larger disk"
    [ -e "$source/.git" ] || fail "$source has no .git: copy the whole clone, or give its path: provision.sh SOURCE"
}

packages() {
    local missing=() name
    for name in git bubblewrap util-linux python3 python3-venv ca-certificates; do
        dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'install ok installed' || missing+=("$name")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    say "installing ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq || fail "apt-get update failed: is there a network, and a mirror in /etc/apt? then run this again"
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
        fail "apt-get could not install ${missing[*]}: see above, then run this again"
}

apparmor() { # Ubuntu from 24.04 forbids user namespaces to programs without a profile
    local switch=/proc/sys/kernel/apparmor_restrict_unprivileged_userns
    [ -r "$switch" ] && [ "$(cat "$switch")" = 1 ] || return 0
    say "allowing bwrap user namespaces in AppArmor"
    cat >/etc/apparmor.d/heirloom-bwrap <<'PROFILE'
abi <abi/4.0>,
include <tunables/global>
profile heirloom-bwrap /usr/bin/bwrap flags=(unconfined) {
  userns,
}
PROFILE
    apparmor_parser --replace /etc/apparmor.d/heirloom-bwrap || fail "AppArmor refused the profile in /etc/apparmor.d/heirloom-bwrap"
}

user() {
    getent passwd heirloom >/dev/null ||
        useradd --system --user-group --no-create-home --home-dir "$HOME_OF_RUN" --shell /usr/sbin/nologin heirloom
    install -d -m 0750 -o heirloom -g heirloom "$HOME_OF_RUN"
}

trusting() { git -c safe.directory='*' "$@"; } # SOURCE may be another user's; we only read it

code() { # the commit that SOURCE stands at; what is not committed stays behind
    local commit
    commit=$(trusting -C "$source" rev-parse --verify 'HEAD^{commit}') || fail "$source has no commit"
    if [ ! -d "$CODE/.git" ]; then
        rm -rf "$CODE.new" # half of a clone that was interrupted
        GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*' \
            git clone --quiet --no-hardlinks --no-checkout "$source" "$CODE.new" || fail "$source could not be cloned"
        mv "$CODE.new" "$CODE"
    elif ! git -C "$CODE" cat-file -e "$commit" 2>/dev/null; then
        GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*' \
            git -C "$CODE" fetch --quiet "$source" HEAD || fail "$source could not be fetched from"
    fi
    git -C "$CODE" checkout --quiet --force --detach "$commit"
    say "the controller is at ${commit:0:10} in $CODE"
}

venv() {
    if [ "$("$CODE-uv/bin/uv" --version 2>/dev/null | cut -d' ' -f2)" != "$UV" ]; then
        say "installing uv $UV"
        { python3 -m venv --clear "$CODE-uv" && "$CODE-uv/bin/pip" install -q --disable-pip-version-check "uv==$UV"; } ||
            fail "uv $UV could not be installed from PyPI: is there a network? then run this again"
    fi
    PATH="$CODE-uv/bin:$PATH" "$CODE/heirloom" --help >/dev/null || fail "the venv could not be made: see above"
}

repository() { # a clone of its own for the run; it is never updated from here: `git fetch` there is the operator's
    if [ ! -d "$REPOSITORY/.git" ]; then
        rm -rf "$REPOSITORY.new"
        git clone --quiet --no-hardlinks "$CODE" "$REPOSITORY.new"
        git -C "$REPOSITORY.new" checkout --quiet -B main
        chown -R heirloom:heirloom "$REPOSITORY.new"
        mv "$REPOSITORY.new" "$REPOSITORY"
    fi
}

settings() {
    install -d -m 0755 "$SETTINGS"
    [ -e "$SETTINGS/run.env" ] || install -m 0644 "$CODE/vm/run.env.example" "$SETTINGS/run.env"
    [ -e "$SETTINGS/anthropic_api_key" ] || install -m 0600 /dev/null "$SETTINGS/anthropic_api_key"
    install -m 0644 "$CODE/vm/heirloom.service" /etc/systemd/system/heirloom.service
    if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
}

doctor() { # as the user that lives there: what is red for that user is red
    say "asking the doctor"
    (cd "$REPOSITORY" && runuser -u heirloom -- env HOME="$HOME_OF_RUN" "$CODE/heirloom" doctor --repository "$REPOSITORY") ||
        fail "a line of the doctor is red: mend what it names, then run this again"
}

check
packages
apparmor
user
code
venv
repository
settings
doctor
say "ready: put settings into $SETTINGS/run.env, a key (if any) into $SETTINGS/anthropic_api_key, then: systemctl start heirloom"
