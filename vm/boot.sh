#!/usr/bin/env bash
# Boots a provisioned root under qemu, in software emulation, to a login, with the unit started; what its console says is
# printed. boot.sh ROOT KERNEL SECONDS
# ROOT becomes an ext4 disk; to it is added what is to be looked at, and nothing else. The machine has no network: what needs
# the registries was done before. ACCELERATOR=kvm is faster, where that works.
set -euo pipefail
root=$(readlink -f -- "$1") kernel=$(readlink -f -- "$2") seconds=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat >"$work/look.service" <<'UNIT'
[Unit]
After=heirloom.service getty.target
Wants=heirloom.service
[Service]
Type=oneshot
TimeoutStartSec=infinity
StandardOutput=tty
StandardError=inherit
TTYPath=/dev/console
ExecStart=/bin/bash /etc/look.sh
UNIT
cat >"$work/look.sh" <<'LOOK'
export SYSTEMD_COLORS=0 SYSTEMD_URLIFY=0 SYSTEMD_PAGER=
show() { printf '\n# %s\n' "$*"; "$@" 2>&1; }
until show systemctl status heirloom --lines=0 | tee /run/status | grep -q 'Active: active'; do
    systemctl is-failed --quiet heirloom && break
    sleep 1
done
cat /run/status
until heirloom log 2>/dev/null | grep -q . || ! systemctl is-active --quiet heirloom; do sleep 2; done
for each in $(systemctl show heirloom --property=MainPID --value); do
    [ "$each" = 0 ] || { echo; echo "# the controller's variables, and its control group"
        tr '\0' '\n' <"/proc/$each/environ" | cut -d= -f1 | sort | tr '\n' ' '; echo; cat "/proc/$each/cgroup"; }
done
show heirloom doctor
show systemctl stop heirloom
show systemctl show heirloom --property=User,Result,ExecMainStatus,NRestarts,ActiveState
show journalctl -u heirloom --no-pager --output=cat -n 40
show heirloom status
show heirloom log
echo "THE END"
systemctl --no-block poweroff
LOOK
printf '%s\n' "write $work/look.sh /etc/look.sh" "write $work/look.service /etc/systemd/system/look.service" \
    "symlink /etc/systemd/system/multi-user.target.wants/look.service ../look.service" >"$work/added"
mke2fs -q -t ext4 -d "$root" "$work/disk" 6G
debugfs -w -f "$work/added" "$work/disk" >/dev/null 2>&1

timeout --foreground "$seconds" qemu-system-x86_64 -accel "${ACCELERATOR:-tcg,thread=multi}" -cpu max -m 3000 -smp 2 \
    -nographic -no-reboot -nic none -drive "if=none,id=disk,format=raw,file=$work/disk" -device nvme,drive=disk,serial=1 \
    -kernel "$kernel" -append "root=/dev/nvme0n1 rw console=ttyS0 quiet panic=-1 systemd.show_status=false" </dev/null |
    tr -d '\r'
