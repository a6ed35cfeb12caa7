#!/usr/bin/env bash
# `sudo heirloom COMMAND` on the machine: the command line as the run's own user, on its repository, with its settings.
# Installed to /usr/local/bin/heirloom by provision.sh. The keys are handed on as systemd does it: files that only that
# user can read, in a folder named by CREDENTIALS_DIRECTORY, gone when the command ends.
set -euo pipefail
CODE=/opt/heirloom DATA=/var/lib/heirloom SETTINGS=/etc/heirloom
[ "$(id -u)" = 0 ] || { echo "heirloom: on this machine it is: sudo heirloom $*" >&2; exit 2; }

shown=(HOME="$DATA" PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 TERM="${TERM:-dumb}")
while read -r line || [ -n "$line" ]; do # as systemd's EnvironmentFile= reads it: NAME=value, quotes taken off
    case $line in
        '#'* | ';'* | '') continue ;;
        [A-Z]*=*) ;;
        *) echo "heirloom: $SETTINGS/run.env: no NAME=value: $line" >&2; exit 2 ;;
    esac
    value=${line#*=}
    case $value in \"*\" | \'*\') value=${value:1:${#value}-2} ;; esac
    shown+=("${line%%=*}=$value")
done <"$SETTINGS/run.env"

keys=$(mktemp -d /run/heirloom.XXXXXXXX)
trap 'rm -rf "$keys"' EXIT
install -m 0400 -o heirloom "$SETTINGS"/*_key "$keys/"
chown heirloom "$keys"
cd "$DATA/repo" 
command=${1:---help}
place=()
case $command in -*) ;; *) shift; place=(--repository "$DATA/repo") ;; esac
status=0
runuser -u heirloom -- env -i "${shown[@]}" CREDENTIALS_DIRECTORY="$keys" \
    "$CODE/heirloom" "$command" "${place[@]}" "$@" || status=$?
exit "$status"
