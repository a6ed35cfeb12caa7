#!/usr/bin/env bash
# Runs a command in a root of its own, as provision.sh would find a fresh machine: inside.sh ROOT COMMAND...
# A pivot, not a chroot: bubblewrap needs "/" to be a mount point. The network is the host's.
set -euo pipefail
root=$(readlink -f -- "$1")
shift
cp -L /etc/resolv.conf "$root/etc/resolv.conf"
# shellcheck disable=SC2016 # the words are the inner shell's
exec unshare --mount --pid --fork --propagation private bash -c '
    set -e
    root=$1
    shift
    mount --bind "$root" "$root"
    cd "$root"
    mkdir -p proc sys dev .old
    mount -t proc proc proc
    mount --rbind /dev dev
    mount --rbind /sys sys
    pivot_root . .old
    cd /
    umount --lazy /.old
    exec "$@"
' inside "$root" "$@"
