#!/usr/bin/env bash
# Runs a command in a root of its own, as on a fresh machine: inside.sh ROOT COMMAND...
# A pivot, no chroot: bubblewrap needs "/" to be a mount point. The network is the host's, as are the ways to its package
# registries: name servers, proxies, settings of pip and the certificates that the host was given. No other variable of the
# host's is seen inside. WITHOUT_NETWORK=1: there is none. FIRST=COMMANDS: run before, inside, by bash (to plant a lack).
set -euo pipefail
root=$(readlink -f -- "$1")
shift
for path in /etc/resolv.conf /etc/hosts /etc/pip.conf /usr/local/share/ca-certificates; do
    [ ! -e "$path" ] || { mkdir -p "$root${path%/*}" && cp -rL --no-preserve=ownership "$path" "$root${path%/*}/"; }
done
shown=(PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 NO_COLOR=1)
for name in $(compgen -e); do
    case $name in
        PIP_CERT | SSL_CERT_FILE) [ ! -f "${!name}" ] || { cp -L "${!name}" "$root/etc/$name"; shown+=("$name=/etc/$name"); } ;;
        http_proxy | https_proxy | no_proxy | HTTP_PROXY | HTTPS_PROXY | NO_PROXY) shown+=("$name=${!name}") ;;
        PIP_INDEX_URL | PIP_DEFAULT_TIMEOUT | UV_DEFAULT_INDEX) shown+=("$name=${!name}") ;;
    esac
done
spaces=(--mount --pid --fork --kill-child --propagation private)
[ -z "${WITHOUT_NETWORK:-}" ] || spaces+=(--net)
# shellcheck disable=SC2016 # the words are the inner shell's
exec unshare "${spaces[@]}" env -i "${shown[@]}" FIRST="${FIRST:-}" bash -c '
    set -e
    root=$1
    shift
    mount --bind "$root" "$root"
    cd "$root"
    mkdir -p .old
    mount -t proc proc proc
    mount --rbind /dev dev
    mount --rbind /sys sys
    mount -t tmpfs -o mode=0755 run run
    pivot_root . .old
    cd /
    umount --lazy /.old
    rmdir /.old
    eval "$FIRST"
    unset FIRST
    exec "$@"
' inside "$root" "$@"
