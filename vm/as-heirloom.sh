#!/usr/bin/env bash
# `sudo heirloom COMMAND` on the machine: the command line as the run's own user, on its repository, with its settings.
# provision.sh installs it as /usr/local/bin/heirloom. Commands that ask a model get the keys as systemd hands them on:
# files that only that user can read, in the folder CREDENTIALS_DIRECTORY, gone when the command ends.
set -euo pipefail
CODE=/opt/heirloom DATA=/var/lib/heirloom SETTINGS=/etc/heirloom
[ "$(id -u)" = 0 ] || { echo "heirloom: on this machine it is: sudo heirloom $*" >&2; exit 2; }

shown=(HOME="$DATA" HEIRLOOM_REPOSITORY="$DATA/repo" XDG_RUNTIME_DIR=/run/heirloom LANG=C.UTF-8 TERM="${TERM:-dumb}"
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin)
while read -r line || [ -n "$line" ]; do # as systemd's EnvironmentFile= takes it: NAME=value, quotes taken off
    case $line in
        '#'* | ';'* | '') continue ;;
        [A-Z]*=*) ;;
        *) echo "heirloom: $SETTINGS/run.env: this is no NAME=value: $line" >&2; exit 2 ;;
    esac
    value=${line#*=}
    case $value in \"*\" | \'*\') value=${value:1:${#value}-2} ;; esac
    shown+=("${line%%=*}=$value")
done <"$SETTINGS/run.env"

case ${1:-} in
    run | doctor)
        keys=$(mktemp -d /run/heirloom.XXXXXXXX)
        trap 'rm -rf "$keys"' EXIT
        install -m 0400 -o heirloom "$SETTINGS"/*_key "$keys/"
        chown heirloom "$keys"
        shown+=("CREDENTIALS_DIRECTORY=$keys")
        ;;
esac
cd "$DATA/repo"
status=0
runuser -u heirloom -- env -i "${shown[@]}" "$CODE/heirloom" "$@" || status=$?
exit "$status"
