#!/usr/bin/env bash
# The proofs of the machine; docs/machine.md says what held. prove.sh STEP [DIR]
#   check      Vagrantfile, scripts and unit, as far as reading shows it: ruby, vagrant, shellcheck, systemd-analyze
#   root       DIR/root: a fresh Debian                              as root: mmdebstrap
#   provision  provision.sh in it, twice; what that made
#   live       one generation in it, as the user heirloom; the lineage fetched out
#   refuse     machines that lack something: one line, and what a next run finishes
#   cloud      cloud-init's own check of cloud-init.yaml, in a Debian of its own
#   boot       the same root under qemu, in software emulation, to a login, with the unit started
#   all        each of them
#   versions   the tools that prove, as this machine has them
#   page       all of that as one log in Markdown: without the places of this machine; with seconds
# Exit 0: it holds. Exit 4: a tool that the step needs is missing; the last line names it. Else: it does not hold.
# SUITE (trixie) is the Debian. Network: package registries; in the booted machine none.
set -euo pipefail
umask 022
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
step=${1:-} dir=$(readlink -m -- "${2:-/tmp/heirloom-proof}") suite=${SUITE:-trixie}
root=$dir/root
APT="apt install git ruby rsync vagrant shellcheck systemd mmdebstrap qemu-system-x86 e2fsprogs dpkg" # Debian's names

run() { printf '\n$ %s\n' "$*"; "$@" 2>&1; }
fails() { # a command that must fail, with words that must be in what it says
    local words=$1 said status=0
    shift
    said=$("$@" 2>&1) || status=$?
    printf '%s\n' "$said" | tail -n 2
    if [ "$status" = 0 ] || [[ $said != *"$words"* ]]; then echo "this should have failed with: $words" && exit 1; fi
}
needs() {
    local tool
    for tool in "$@"; do
        case $tool in
            root) [ "$(id -u)" = 0 ] || { echo "prove.sh: '$step' must run as root"; exit 4; } ;;
            *) command -v "$tool" >/dev/null || { echo "prove.sh: '$step' needs $tool: $APT"; exit 4; } ;;
        esac
    done
}
inside() { "$here/inside.sh" "$root" "$@"; }

check() {
    needs ruby vagrant shellcheck systemd-analyze git
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    cp -r "$here" "$here/../Vagrantfile" "$work/" # vagrant writes beside the Vagrantfile
    git init -q "$work"
    cd "$work"
    export VAGRANT_HOME=$work/home VAGRANT_CHECKPOINT_DISABLE=1
    run ruby -c Vagrantfile
    run vagrant validate --ignore-provider
    run env HEIRLOOM_BOX=debian/bookworm64 HEIRLOOM_BOX_VERSION=1 HEIRLOOM_VM_MEMORY=8192 HEIRLOOM_VM_CPUS=4 \
        vagrant validate --ignore-provider
    fails "HEIRLOOM_VM_MEMORY=lots" env HEIRLOOM_VM_MEMORY=lots vagrant validate --ignore-provider
    [ -e /run/libvirt/libvirt-sock ] || fails "libvirt" timeout 60 vagrant up --provider libvirt
    command -v VBoxManage >/dev/null || fails "could not detect VirtualBox" timeout 60 vagrant up --provider virtualbox
    run shellcheck vm/as-heirloom.sh vm/boot.sh vm/inside.sh vm/provision.sh vm/prove.sh
    # What the unit starts is on the machine, not here: the same unit, with the places of this checkout
    sed "s|/opt/heirloom/heirloom|$work/vm/provision.sh|; s|file:///opt/heirloom/vm|file://$work/vm|" vm/heirloom.service >heirloom.service
    run systemd-analyze verify ./heirloom.service | tee verified
    if grep -q 'heirloom.service:' verified; then exit 1; fi # a word that it does not know is only a warning to it
    run systemd-analyze security --offline=yes --threshold=35 ./heirloom.service
    echo "check: holds"
}

make_root() {
    needs root mmdebstrap git
    mkdir -p "$dir"
    rm -rf --one-file-system "$root"
    # What a Debian server has and a minimal one lacks; nothing that provision.sh is there to install
    run mmdebstrap --quiet --variant=minbase --include=systemd-sysv,udev,dbus,procps "$suite" "$root"
    echo heirloom >"$root/etc/hostname"
    run git clone --quiet --no-hardlinks "$(dirname -- "$here")" "$root/srv/heirloom"
    chown -R 1000:1000 "$root/srv/heirloom" # as vagrant's rsync and a cloud's first user leave it
    echo "root: $suite, $(du -sm "$root" | cut -f1) MB"
}

prove_provision() {
    needs root
    WITHOUT_NETWORK=1 fails "apt-get update failed" inside $PROVISION
    local seconds
    for seconds in 3 6 12 24; do
        echo "# killed after $seconds s: $(timeout --signal=KILL "$seconds" "$here/inside.sh" "$root" $PROVISION 2>&1 | tail -n 1)"
    done
    run inside $PROVISION
    touch "$dir/stamp"
    run inside $PROVISION
    # inside.sh brings in the host's name servers and certificates anew each time
    local changed
    changed=$(cd "$root" && find opt etc usr var/lib -xdev -newer "$dir/stamp" ! -type d ! -path 'etc/*_CERT*' ! -path etc/hosts \
        ! -path etc/resolv.conf ! -path etc/pip.conf ! -path 'usr/local/share/ca-certificates/*' | sort)
    printf '\n# files that the second run changed: %s\n' "${changed:-none}"
    [ -z "$changed" ]
    run inside systemd-analyze verify /etc/systemd/system/heirloom.service
    run inside stat -c '%A %U %n' /opt/heirloom /opt/heirloom/.venv /var/lib/heirloom /var/lib/heirloom/repo \
        /etc/heirloom/run.env /etc/heirloom/anthropic_api_key
    fails "Permission denied" inside runuser -u heirloom -- touch /opt/heirloom/controller/written
    fails "Permission denied" inside runuser -u heirloom -- cat /etc/heirloom/anthropic_api_key
    echo "provision: holds"
}

live() {
    needs root
    run inside heirloom run --generations 1
    run inside heirloom log
    rm -rf "$root/tmp/mine"
    run inside git init -q /tmp/mine
    run inside git -C /tmp/mine fetch --upload-pack 'runuser -u heirloom -- git-upload-pack' /var/lib/heirloom/repo \
        '+refs/heads/lineage/*:refs/heads/lineage/*'
    inside git -C /tmp/mine log -1 --format=%B lineage/main | grep -E 'Outcome|Isolation: bubblewrap'
    echo "live: holds"
}

refuse() {
    needs root
    sed 's/VERSION_ID=.*/VERSION_ID=11/' "$root/etc/os-release" >"$root/tmp/old"
    FIRST='mount --bind /tmp/old /etc/os-release' fails "is too old" inside $PROVISION
    echo 'MemTotal: 1000000 kB' >"$root/tmp/little"
    FIRST='mount --bind /tmp/little /proc/meminfo' fails "MiB of memory" inside $PROVISION
    FIRST='mount -t tmpfs -o size=100m small /opt' fails "are free for /opt" inside $PROVISION
    fails "as root" inside setpriv --reuid 1000 --clear-groups $PROVISION
    fails "has no .git" inside $PROVISION /usr
    mkdir -p "$root/tmp/hollow/.git"
    fails "no commit" inside $PROVISION /tmp/hollow
    rm -rf "$root/tmp/shallow"
    git clone --quiet --depth 1 "file://$(dirname -- "$here")" "$root/tmp/shallow"
    fails "shallow" inside $PROVISION /tmp/shallow
    FIRST='mount --bind /usr/bin/false /usr/bin/bwrap' fails "doctor is red" inside $PROVISION
    # A paid model without a key, and with one
    printf 'HEIRLOOM_MODEL=anthropic/claude-opus-5-5\nHEIRLOOM_BUDGET="500k"\n' >"$root/tmp/paid"
    echo sk-planted >"$root/tmp/key"
    local paid='mount --bind /tmp/paid /etc/heirloom/run.env' key='mount --bind /tmp/key /etc/heirloom/anthropic_api_key'
    FIRST=$paid fails "key: /etc/heirloom/anthropic_api_key" inside $PROVISION
    FIRST="$paid; $key" run inside heirloom doctor | grep "a key is set"
    echo "nonsense" >"$root/tmp/paid"
    FIRST=$paid fails "no NAME=value: nonsense" inside heirloom status
    echo "refuse: holds"
}

cloud() {
    needs root mmdebstrap
    rm -rf --one-file-system "$dir/cloud"
    mkdir -p "$dir"
    run mmdebstrap --quiet --variant=minbase --include=cloud-init "$suite" "$dir/cloud"
    cp "$here/cloud-init.yaml" "$dir/cloud/tmp/"
    sed 's/^packages:.*/packages: 5/' "$here/cloud-init.yaml" >"$dir/cloud/tmp/bad.yaml"
    run "$here/inside.sh" "$dir/cloud" cloud-init schema --config-file /tmp/cloud-init.yaml
    fails "packages" "$here/inside.sh" "$dir/cloud" cloud-init schema --config-file /tmp/bad.yaml
    rm -rf --one-file-system "$dir/cloud"
    echo "cloud: holds"
}

prove_boot() {
    needs root qemu-system-x86_64 mke2fs debugfs dpkg-deb
    local name
    name=$(inside apt-cache depends linux-image-cloud-amd64 | awk '/Depends: linux-image/ {print $2; exit}')
    rm -rf "$dir/kernel" "$root/tmp/"*.deb
    inside sh -c "cd /tmp && apt-get download -qq $name" 2>/dev/null
    dpkg-deb --extract "$root"/tmp/linux-image*.deb "$dir/kernel"
    rm "$root"/tmp/*.deb
    printf 'HEIRLOOM_GENERATIONS=1\nHEIRLOOM_ISOLATION=bubblewrap\nHEIRLOOM_MEMORY_MB=1024\n' >"$root/etc/heirloom/run.env"
    echo sk-planted >"$root/etc/heirloom/anthropic_api_key"
    run "$here/boot.sh" "$root" "$dir"/kernel/boot/vmlinuz-* 1500 | tee "$dir/console"
    grep -q "login:" "$dir/console"
    grep -q "^THE END" "$dir/console"
    grep -q "^ExecMainStatus=0" "$dir/console" # its life was lived in the unit
    grep -q "^lineage/main: paused" "$dir/console" # the run was reached from outside of its unit
    grep -q "^lineage/main: ended" "$dir/console"
    if grep "sk-planted" "$dir/console"; then exit 1; fi
    echo "boot: holds"
}

versions() {
    local name
    # shellcheck disable=SC2016 # the words are dpkg-query's
    for name in ${APT#apt install }; do dpkg-query -W -f='${Package} ${Version}\n' "$name" 2>/dev/null || echo "$name: missing"; done
}

page() {
    local each began
    for each in versions check root provision live refuse cloud boot; do
        printf '\n## %s\n\n```\n' "$each"
        began=$SECONDS
        "$0" "$each" "$dir" | sed "s|$dir|DIR|g; s|$(dirname -- "$here")|CLONE|g; s/[[:space:]]*$//"
        printf '```\n\n%s s\n' $((SECONDS - began))
    done
}

PROVISION=/srv/heirloom/vm/provision.sh
case $step in
    check | live | refuse | cloud | versions | page) $step ;;
    root) make_root ;;
    provision | boot) "prove_$step" ;;
    all) for each in check root provision live refuse cloud boot; do printf '\n## %s\n' "$each"; "$0" "$each" "$dir"; done ;;
    *) sed -n '2,/^set/s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac
