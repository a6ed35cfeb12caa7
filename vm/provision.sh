#!/usr/bin/env bash
# Makes a Debian or Ubuntu machine ready for unattended evolution. Run it as root, as often as you like: a second run
# finishes what a first one could not, changes nothing that is done, and brings the controller to SOURCE's commit.
#   provision.sh [SOURCE]    SOURCE: a clone of Heirloom with its .git; default: the one that this script lies in
# What it makes: vm/README.md. Exit 0: ready. Exit 2: the last line says what is missing and what to do.
set -euo pipefail
umask 022 # the run reads the controller and its venv as a user of its own

UV=0.13.8 # pinned; from PyPI, as Debian has none
CODE=/opt/heirloom # the controller: root's, read-only to the run
DATA=/var/lib/heirloom
REPOSITORY=$DATA/repo # the run's own: the lineage is a branch of it
SETTINGS=/etc/heirloom
KEYS=(anthropic_api_key heirloom_compatible_key) # the credentials that heirloom.service loads
LEAST_MEMORY_MB=1800 LEAST_DISK_MB=2000
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
source=${1:-$(dirname -- "$here")}

say() { printf 'provision: %s\n' "$*" >&2; }
fail() { say "$*"; exit 2; }

check() { # before anything is changed
    [ "$(id -u)" = 0 ] || fail "this must run as root: sudo $0"
    [ -r /etc/os-release ] || fail "this is no Debian or Ubuntu: use one, or do by hand what vm/README.md lists"
    # shellcheck source=/dev/null
    . /etc/os-release
    case "${ID:-}:${VERSION_ID:-0}" in
        debian:1[2-9]* | debian:[2-9]?* | ubuntu:2[4-9]* | ubuntu:[3-9]?*) ;;
        debian:0) ;; # testing and unstable name no version
        *) fail "${PRETTY_NAME:-this system} is too old, or another system: use Debian 12, Ubuntu 24.04 or newer" ;;
    esac
    local memory disk
    memory=$(awk '/^MemTotal/ {print int($2 / 1024)}' /proc/meminfo)
    [ "$memory" -ge "$LEAST_MEMORY_MB" ] ||
        fail "$memory MiB of memory, and $LEAST_MEMORY_MB are needed: give the machine more, then run this again"
    disk=$(df -Pm /opt | awk 'NR == 2 {print $4}')
    [ "$disk" -ge "$LEAST_DISK_MB" ] || [ -e "$CODE/.venv/heirloom.lock" ] ||
        fail "$disk MiB are free for /opt, and $LEAST_DISK_MB are needed: make room, then run this again"
    [ -e "$source/.git" ] || fail "$source has no .git: give the path of a whole clone: provision.sh SOURCE"
}

packages() {
    local missing=() name
    for name in git bubblewrap util-linux passwd python3 python3-venv ca-certificates; do
        dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q '^install ok installed' || missing+=("$name")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    say "installing ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    local wait=(-o DPkg::Lock::Timeout=300) # a machine's first boot may be at its upgrades
    dpkg --configure -a >/dev/null || true  # what an interrupted run left unpacked; apt says it if that was not enough
    apt-get "${wait[@]}" update -qq --error-on=any ||
        fail "apt-get update failed: is there a network, and a mirror in /etc/apt? then run this again"
    apt-get "${wait[@]}" install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
        fail "apt-get could not install ${missing[*]}: see above, mend it, then run this again"
}

apparmor() { # Ubuntu from 24.04 on forbids user namespaces to programs without a profile
    local switch=/proc/sys/kernel/apparmor_restrict_unprivileged_userns profile=/etc/apparmor.d/heirloom-bwrap
    { [ -r "$switch" ] && [ "$(cat "$switch")" = 1 ]; } || return 0
    say "allowing bwrap its user namespaces in $profile"
    printf '%s\n' 'abi <abi/4.0>,' 'include <tunables/global>' \
        'profile heirloom-bwrap /usr/bin/bwrap flags=(unconfined) {' '  userns,' '}' >"$profile"
    apparmor_parser --replace "$profile" || fail "AppArmor refused $profile: mend it, then run this again"
}

user() { # without a shell, without a password, in no other group
    getent passwd heirloom >/dev/null ||
        useradd --system --user-group --no-create-home --home-dir "$DATA" --shell /usr/sbin/nologin heirloom
    install -d -m 0750 -o heirloom -g heirloom "$DATA"
}

trusting() { # git, also where SOURCE is another user's
    local rules
    rules=$(mktemp)
    printf '%s\n' '[safe]' 'directory = *' '[init]' 'defaultBranch = main' >"$rules"
    local status=0
    GIT_CONFIG_GLOBAL=$rules git "$@" || status=$?
    rm -f "$rules"
    return "$status"
}

code() { # the commit that SOURCE stands at: what is not committed stays behind
    local commit
    commit=$(trusting -C "$source" rev-parse --quiet --verify 'HEAD^{commit}') ||
        fail "$source is no whole clone: git finds no commit there; copy its .git too"
    if [ ! -d "$CODE/.git" ]; then
        rm -rf "$CODE" "$CODE.new" # half of a clone that was interrupted
        trusting clone --quiet --no-hardlinks --no-checkout "$source" "$CODE.new" || fail "$source cannot be cloned"
        git -C "$CODE.new" remote remove origin # the one that pushes is the run's repository
        mv "$CODE.new" "$CODE"
    elif ! git -C "$CODE" cat-file -e "$commit" 2>/dev/null; then
        trusting -C "$CODE" fetch --quiet "$source" HEAD || fail "$source cannot be fetched from"
    fi
    if [ "$(git -C "$CODE" rev-parse HEAD)" != "$commit" ] || [ -n "$(git --no-optional-locks -C "$CODE" status --porcelain)" ]; then
        rm -f "$CODE/.git/index.lock" # an interrupted checkout's; nobody else works there
        git -C "$CODE" checkout --quiet --force --detach "$commit"
    fi
    say "the controller in $CODE is at ${commit:0:10}"
}

venv() {
    if [ "$("$CODE-uv/bin/uv" --version 2>/dev/null | cut -d' ' -f2)" != "$UV" ]; then
        say "installing uv $UV"
        { python3 -m venv --clear "$CODE-uv" && "$CODE-uv/bin/pip" install -q --disable-pip-version-check "uv==$UV"; } ||
            fail "uv $UV could not be installed from PyPI: is there a network? then run this again"
    fi
    PATH="$CODE-uv/bin:$PATH" "$CODE/heirloom" --help >/dev/null ||
        fail "the venv could not be made from uv.lock: see above; is there a network? then run this again"
}

repository() { # made once; from then on it is the run's, and what is in it is never touched from here
    [ ! -d "$REPOSITORY/.git" ] || return 0
    rm -rf "$REPOSITORY" "$REPOSITORY.new"
    trusting clone --quiet --no-hardlinks "$CODE" "$REPOSITORY.new"
    git -C "$REPOSITORY.new" checkout --quiet -B main
    git -C "$REPOSITORY.new" remote remove origin
    chown -R heirloom:heirloom "$REPOSITORY.new"
    mv "$REPOSITORY.new" "$REPOSITORY"
}

put() { # MODE FILE PLACE: only where it differs
    cmp -s "$2" "$3" || install -D -m "$1" "$2" "$3"
}

settings() { # what the operator wrote stays
    install -d -m 0755 "$SETTINGS"
    [ -e "$SETTINGS/run.env" ] || install -m 0644 "$CODE/vm/run.env.example" "$SETTINGS/run.env"
    local key
    for key in "${KEYS[@]}"; do
        [ -e "$SETTINGS/$key" ] || install -m 0600 /dev/null "$SETTINGS/$key"
        chmod 0600 "$SETTINGS/$key"
    done
    put 0644 "$CODE/vm/heirloom.service" /etc/systemd/system/heirloom.service
    put 0755 "$CODE/vm/as-heirloom.sh" /usr/local/bin/heirloom
    if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
}

doctor() { # as the user that lives there, with the settings and keys that it will have
    say "asking the doctor"
    /usr/local/bin/heirloom doctor ||
        fail "a line of the doctor is red: mend what it names (settings: $SETTINGS/run.env, key: $SETTINGS/${KEYS[0]}), then run this again"
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
say "ready. Next: settings into $SETTINGS/run.env, a key (if any) into $SETTINGS/${KEYS[0]}, then: systemctl enable --now heirloom"
