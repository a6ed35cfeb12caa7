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
export SYSTEMD_COLORS=0 SYSTEMD_URLIFY=0 SYSTEMD_PAGER= NO_COLOR=1
groups=/sys/fs/cgroup/system.slice/heirloom.service
show() { printf '\n# %s\n' "$*"; "$@" 2>&1; }
alive() { systemctl is-active --quiet heirloom; }
wait_for_a_life() { # its group is the one with the limit of run.env
    until grep -q "^$((1024 << 20))$" $groups/heirloom-*/memory.max 2>/dev/null || ! alive; do sleep 1; done
}

while [ "$(systemctl is-active heirloom)" = activating ]; do sleep 1; done
show systemctl status heirloom --lines=0
wait_for_a_life
show grep -H . $groups/memory.max $groups/pids.max $groups/cpu.max $groups/heirloom-*/memory.max $groups/heirloom-*/pids.max
main=$(systemctl show heirloom --property=MainPID --value)
show cat "/proc/$main/cgroup"
show ls -l /run/credentials/heirloom.service
printf '\n# who holds the key: arguments %s, variables %s, unit %s\n' \
    "$(cat /proc/[0-9]*/cmdline 2>/dev/null | grep -ac 'sk-[p]lanted')" "$(cat /proc/[0-9]*/environ 2>/dev/null | grep -ac sk-planted)" \
    "$(systemctl show heirloom | grep -c sk-planted)"
show runuser -u heirloom -- cat /etc/heirloom/anthropic_api_key
while alive; do sleep 2; done
show systemctl show heirloom --property=User,Result,ExecMainStatus,ActiveState
show heirloom log
show heirloom status
systemctl start heirloom
wait_for_a_life
show heirloom pause
show heirloom resume
show heirloom panic
sleep 1
show systemctl show heirloom --property=Result,ExecMainStatus,ActiveState,NRestarts
systemctl start heirloom
wait_for_a_life
show systemctl stop heirloom
show systemctl show heirloom --property=Result,ExecMainStatus,ActiveState,NRestarts
show journalctl -u heirloom --no-pager --output=cat -n 12
systemctl start heirloom
wait_for_a_life
show systemctl kill --signal=KILL heirloom
show systemctl stop heirloom
show pgrep --list-full --uid heirloom
show heirloom status
echo "THE END"
systemctl --no-block poweroff
LOOK
printf '%s\n' "write $work/look.sh /etc/look.sh" "write $work/look.service /etc/systemd/system/look.service" \
    "symlink /etc/systemd/system/multi-user.target.wants/look.service ../look.service" >"$work/added"
truncate --size=6G "$work/disk"
mke2fs -q -t ext4 -d "$root" "$work/disk"
debugfs -w -f "$work/added" "$work/disk" >/dev/null 2>&1

timeout --foreground "$seconds" qemu-system-x86_64 -accel "${ACCELERATOR:-tcg,thread=multi}" -cpu max -m 3000 -smp 2 \
    -nographic -no-reboot -nic none -drive "if=none,id=disk,format=raw,file=$work/disk" -device nvme,drive=disk,serial=1 \
    -kernel "$kernel" -append "root=/dev/nvme0n1 rw console=ttyS0 quiet panic=-1 systemd.show_status=false" </dev/null |
    sed -u 's/\r//g; s/\x1b\[[0-9;?]*[A-Za-z]//g; s/\x1bc//g'
