#!/usr/bin/env bash
# Boots a provisioned root under qemu in software emulation, to a login, with the unit started: boot.sh ROOT KERNEL SECONDS
# What the machine says on its console is printed. It has no network: what needs the registries was done before.
set -euo pipefail
root=$(readlink -f -- "$1") kernel=$2 seconds=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The first program: bubblewrap cannot pivot away from an initramfs, so the root moves to a file system of its own.
mkdir -p "$work/own/etc/systemd/system/multi-user.target.wants" "$work/own/newroot"
cat >"$work/own/init" <<'INIT'
#!/bin/sh
mount -t tmpfs -o size=6G,mode=0755 root /newroot
for each in /*; do
    case $each in /newroot | /init | /proc | /sys | /dev) ;; *) cp -a "$each" /newroot/ ;; esac
done
mkdir -p /newroot/proc /newroot/sys /newroot/dev
mount -t devtmpfs dev /newroot/dev
exec switch_root /newroot /sbin/init systemd.show_status=false
INIT
chmod +x "$work/own/init"
# Says on the console how the run went, and turns the machine off.
cat >"$work/own/etc/systemd/system/proof.service" <<'UNIT'
[Unit]
After=heirloom.service
[Service]
Type=oneshot
TimeoutStartSec=infinity
StandardOutput=tty
StandardError=tty
TTYPath=/dev/console
ExecStart=/bin/bash /etc/proof.sh
UNIT
cat >"$work/own/etc/proof.sh" <<'PROOF'
export SYSTEMD_COLORS=0 SYSTEMD_URLIFY=0
systemctl status heirloom --no-pager --lines=0
while systemctl is-active --quiet heirloom; do sleep 2; done
systemctl show heirloom --property=Result,ExecMainStatus,ControlGroup,MemoryPeak,User
journalctl -u heirloom --no-pager --output=cat | tail -n 12
cd /var/lib/heirloom/repo && runuser -u heirloom -- /opt/heirloom/heirloom log --repository . | cat
runuser -u heirloom -- /opt/heirloom/heirloom status --repository . | cat
systemd-detect-virt; systemctl is-system-running; echo "PROOF ENDS"
systemctl --force poweroff
PROOF
ln -s ../proof.service "$work/own/etc/systemd/system/multi-user.target.wants/proof.service"
ln -s ../heirloom.service "$work/own/etc/systemd/system/multi-user.target.wants/heirloom.service"
mkdir -p "$work/own/etc/systemd/system/getty.target.wants"

# Two archives, one after the other: the kernel unpacks both, the second over the first.
(cd "$root" && find . -xdev ! -path './proc/*' ! -path './sys/*' ! -path './dev/*' ! -path './srv/source*' \
    ! -path './var/cache/apt/*' ! -path './var/lib/apt/lists/*' -print0 | cpio --null --create --format=newc --quiet) >"$work/root.cpio"
(cd "$work/own" && find . -print0 | cpio --null --create --format=newc --quiet --owner=0:0) >>"$work/root.cpio"

timeout --foreground "$seconds" qemu-system-x86_64 -accel tcg,thread=multi -cpu max -m 7000 -smp 2 -nographic -no-reboot \
    -nic none -kernel "$kernel" -initrd "$work/root.cpio" -append "console=ttyS0 quiet panic=-1" </dev/null
