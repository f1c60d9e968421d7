#!/usr/bin/env bash
# The agent on a live systemd, as an admin meets it: a Debian 12 is made once (debootstrap, kept in IMAGE), copied, booted
# by systemd-nspawn, and used by the commands that the server itself prints. Run by hand, and before a release:
#
#   apt-get install -y debootstrap systemd-container && test/systemd/run.sh
#
# Root, about twelve minutes, network for the first run only. Ends with 0 if every check passed, 1 if one failed, and 77 where it
# cannot run (no root, no container), which is neither. IMAGE is the folder for the pristine system, NODE the program to
# be copied into it.
set -uo pipefail
cd "$(dirname "$0")/../.."
IMAGE=${IMAGE:-/var/tmp/debrief-systemd-bookworm}
NODE=$(readlink -f "${NODE:-$(command -v node)}")
PORT=${PORT:-18471}
SSH_PORT=${SSH_PORT:-18472}
work=$(mktemp -d /var/tmp/debrief-systemd-XXXXXX)
root=$work/root
URL=http://127.0.0.1:$PORT
FOLDER=/home/et/.etlegacy/legacy/gamestats
UNIT=debrief-agent.service
passed=0 failed=0 leader='' nspawn='' server=''

cannot() { printf 'cannot run: %s\n' "$*"; exit 77; }

# check <name> <command…>
check() {
  local name=$1 begin=$SECONDS
  shift
  if "$@" >"$work/out" 2>&1; then
    passed=$((passed + 1))
    printf 'ok      %s (%d s)\n' "$name" $((SECONDS - begin))
  else
    failed=$((failed + 1))
    printf 'FAILED  %s (%d s)\n' "$name" $((SECONDS - begin))
    sed 's/^/          /' "$work/out" | tail -n 25
  fi
}

finish() {
  trap - EXIT INT TERM
  [ -n "$server" ] && kill "$server" 2>/dev/null
  [ -n "$leader" ] && kill -s RTMIN+4 "$leader" 2>/dev/null
  [ -n "$nspawn" ] && { for _ in $(seq 50); do kill -0 "$nspawn" 2>/dev/null || break; sleep 0.2; done; kill -9 "$nspawn" 2>/dev/null; }
  [ -n "$server" ] && wait "$server" 2>/dev/null
  if [ -n "${KEEP:-}" ]; then echo "kept: $work"; else rm -rf --one-file-system "$work"; fi
  [ $((passed + failed)) -gt 0 ] || exit "${1:-77}"
  printf '\n%d passed, %d failed\n' "$passed" "$failed"
  [ "$failed" -eq 0 ]
  exit
}
trap 'finish 1' INT TERM
trap 'finish $?' EXIT

# --- the container ---

[ "$(id -u)" -eq 0 ] || cannot 'root is needed to boot a container.'
for tool in debootstrap systemd-nspawn nsenter; do
  command -v "$tool" >/dev/null || cannot "$tool is missing: apt-get install -y debootstrap systemd-container"
done

make_image() {
  [ -e "$IMAGE/.complete" ] && return
  rm -rf --one-file-system "$IMAGE"
  debootstrap --variant=minbase \
    --include=systemd,systemd-sysv,dbus,sudo,curl,ca-certificates,openssh-server,procps,util-linux,bsdutils \
    bookworm "$IMAGE" >"$work/debootstrap.log" 2>&1 || { tail -n 5 "$work/debootstrap.log"; cannot 'debootstrap failed.'; }
  chroot "$IMAGE" sh -c 'useradd -m -s /bin/bash et && useradd -m -s /bin/bash admin &&
    echo "admin ALL=(ALL) NOPASSWD:ALL" >/etc/sudoers.d/admin && systemctl disable ssh &&
    systemctl mask apt-daily.timer apt-daily-upgrade.timer && echo "127.0.0.1 localhost $(hostname)" >/etc/hosts' \
    >"$work/users.log" 2>&1 || cannot "the image could not be prepared: $(tail -n 1 "$work/users.log")"
  touch "$IMAGE/.complete"
}

boot() {
  cp -a --reflink=auto "$IMAGE" "$root"
  install -m 755 "$NODE" "$root/usr/local/bin/node"
  launch || { tail -n 15 "$work/boot.log"; cannot 'systemd-nspawn could not boot a container here.'; }
}

launch() {
  # The network is the host's, as the server listens there on loopback.
  systemd-nspawn -q -D "$root" --boot --register=no --keep-unit >"$work/boot.log" 2>&1 &
  nspawn=$!
  find_leader
}

find_leader() {
  for _ in $(seq 150); do
    leader=$(pgrep -P "$nspawn" | head -n 1)
    if [ -n "$leader" ] && inside systemctl is-system-running 2>/dev/null | grep -qE 'running|degraded'; then return 0; fi
    kill -0 "$nspawn" 2>/dev/null || return 1
    sleep 0.2
  done
  return 1
}

inside() {
  nsenter -t "$leader" -a env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=xterm "$@"
}
admin() { inside su - admin -c "$1"; }
et() { inside su - et -c "$1"; }
# At a terminal, with these answers, one a line: each is typed when the question has come.
at_terminal() {
  local command=$1 answer
  shift
  { for answer in "$@"; do sleep 4; printf '%s\r' "$answer"; done; sleep 25; } |
    inside su - admin -c "script -qec '$command' /dev/null"
}

# --- the server, and rounds ---

start_server() {
  # More settings may be given.
  env DATA_DIR="$work/data" LOG_DIR="$work/logs" PORT="$PORT" "$@" node server/bin/run.mjs start >>"$work/server.log" 2>&1 &
  server=$!
  within 90 curl -fs "$URL/readyz"
}
debrief() { DATA_DIR=$work/data LOG_DIR=$work/logs PORT=$PORT node server/bin/debrief.mjs "$@"; }
stop_server() { kill "$server"; wait "$server" 2>/dev/null; server=''; return 0; }

within() {
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $end ] || { echo "not within the time: $*"; "$@"; return 1; }
    sleep 0.3
  done
}

# A real round under a name of its own; says the name. round [mode]
round() {
  # In a file: this runs in a subshell, which would count for itself.
  local name rounds
  rounds=$(($(cat "$work/rounds" 2>/dev/null || echo 0) + 1))
  echo "$rounds" >"$work/rounds"
  name=$(printf '2026-05-05-21%02d%02d-supply-round-1.txt' $((rounds / 60)) $((rounds % 60)))
  et "umask 022; mkdir -p -m 0750 $FOLDER; cat >$FOLDER/$name; chmod ${1:-0640} $FOLDER/$name" \
    <test/fixtures/corpus/evenings/files/2026-05-05-204850-supply-round-1.txt
  printf '%s' "$name"
}
is_delivered() { [ -n "$1" ] && curl -fs -H "Authorization: Bearer $token" "$URL/api/v1/files?limit=500" | grep -q "\"$1\""; }
delivers_within() {
  local name
  name=$(round "${2:-0640}")
  within "$1" is_delivered "$name" || { inside debrief-agent status; inside debrief-agent explain "$name"; return 1; }
}
is_active() { inside systemctl is-active -q $UNIT; }
property() { inside systemctl show "$UNIT" -P "$1"; }
journal() { inside journalctl -q --no-pager -u $UNIT "$@"; }

# says <pattern> <command…>: its output holds it.
says() {
  local pattern=$1
  shift
  "$@" >"$work/said" 2>&1
  cat "$work/said"
  grep -qE -- "$pattern" "$work/said"
}
refuses() { ! "$@"; }

# --- the checks ---

newcomer() {
  admin "$(sed -n 1p "$work/lines")" && printf '%s\n' "$token" | admin "$(sed -n 2p "$work/lines")"
}

restarts_quietly() {
  local since
  since=$(date '+%F %T')
  for _ in $(seq 12); do inside systemctl restart $UNIT || return 1; done
  ! journal --since "$since" -p err | grep .
}

is_killed_and_returns() {
  local before
  before=$(property MainPID)
  inside kill -9 "$before"
  delivers_within 20 && [ "$(property MainPID)" != "$before" ]
}

journal_has_levels() {
  # The folder was not there at the first start: that was a warning.
  journal -p warning | grep -q 'debrief-agent\[' && ! journal -t debrief-agent | grep -E '"level":|<[0-9]>'
}

moved_away() {
  et "mv $FOLDER $FOLDER-archive" && delivers_within 160
}

no_failure_by_75() { ! journal | grep "Failed with result 'exit-code'"; }

closed_folder() {
  et "chmod 0700 $FOLDER; umask 077; touch $FOLDER/x"
  inside sed -i 's/^User=et$/DynamicUser=yes/' /etc/systemd/system/$UNIT
  inside systemctl daemon-reload
  inside systemctl restart $UNIT
  says 'FAILED +folder:.*(permission|read)' inside debrief-agent doctor
  local seen=$?
  says 'The service runs as et' inside debrief-agent install </dev/null && [ $seen -eq 0 ] && delivers_within 20 0600
}

closed_files() {
  et "rm -rf $FOLDER-archive; chmod 0755 $FOLDER; chmod 0644 $FOLDER/*"
  inside chmod 0755 /home/et/.etlegacy /home/et/.etlegacy/legacy
  says 'Everybody may read' inside debrief-agent install </dev/null || return 1
  local name
  name=$(round 0600)
  within 30 says 'FAILED +(folder|service):.*(cannot be read|cannot read)' inside debrief-agent doctor || return 1
  inside debrief-agent install </dev/null && within 20 is_delivered "$name"
}

wrong_token() {
  local before
  before=$(property MainPID)
  refuses inside env INGEST_TOKEN=dbf_wrong debrief-agent install </dev/null || return 1
  [ "$(property MainPID)" = "$before" ] && inside grep -q "$token" /etc/debrief-agent/agent.env
}

rolls_back() {
  says 'What was there before is back' inside debrief-agent install --anyway --user nobody-of-this-name </dev/null
  is_active && delivers_within 20
}

token_file() {
  inside sh -c "umask 077; cat >/root/token" <<<"$token"
  inside sed -i '/^INGEST_TOKEN=/d' /etc/debrief-agent/agent.env
  inside env INGEST_TOKEN_FILE=/root/token debrief-agent install </dev/null && delivers_within 20 &&
    inside grep -q '^LoadCredential=INGEST_TOKEN_FILE-' /etc/systemd/system/$UNIT
}

# The file of the token is root's, so systemd reads it at a start: the agent asks for one.
token_renewed() {
  debrief token revoke "$token" || return 1
  local name
  name=$(round)
  within 30 says 'TOKEN IS REFUSED' inside debrief-agent status || return 1
  token=$(debrief token create alpha 2>/dev/null)
  inside sh -c "umask 077; cat >/root/token" <<<"$token"
  within 120 is_delivered "$name"
}

is_frozen_and_returns() {
  local before name
  before=$(property MainPID)
  inside kill -STOP "$before"
  name=$(round)
  within 230 is_delivered "$name" && [ "$(property MainPID)" != "$before" ] && journal | grep -q 'Watchdog timeout'
}

# A history of 600 evenings, copied in at once.
six_hundred() {
  et "cd $FOLDER; umask 027; set -- *-supply-round-1.txt; for i in \$(seq 600); do
    cp \$1 \$(date -u -d \"2023-01-01 +\$i days\" +%F)-204850-supply-round-1.txt; done"
  within 120 says '6[0-9][0-9] delivered, 0 waiting' property StatusText
}

link_turned() {
  et "mv $FOLDER $FOLDER-a; mkdir -m 0750 $FOLDER-b; ln -s $FOLDER-a $FOLDER"
  inside debrief-agent install </dev/null && delivers_within 20 &&
    inside grep -q 'run --linked$' /etc/systemd/system/$UNIT || return 1
  et "ln -sfn $FOLDER-b $FOLDER"
  local name seen
  name=$(round)
  says 'FAILED +service:.*looks at another folder' inside debrief-agent doctor
  seen=$?
  inside systemctl restart $UNIT
  within 20 is_delivered "$name" && inside debrief-agent doctor && [ $seen -eq 0 ] || return 1
  et "rm $FOLDER; mv $FOLDER-a $FOLDER; rm -r $FOLDER-b"
  inside debrief-agent install </dev/null && delivers_within 20
}

# A CA of one's own, whose certificate root alone may read.
private_ca() {
  stop_server
  openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj '/CN=a CA of our own' -keyout "$work/ca.key" -out "$work/ca.pem" &&
    openssl req -newkey rsa:2048 -nodes -subj '/CN=127.0.0.1' -keyout "$work/tls.key" -out "$work/tls.csr" &&
    openssl x509 -req -in "$work/tls.csr" -CA "$work/ca.pem" -CAkey "$work/ca.key" -CAcreateserial -days 2 \
      -extfile <(echo 'subjectAltName=IP:127.0.0.1') -out "$work/tls.pem" || return 1
  URL=https://127.0.0.1:$PORT
  export CURL_CA_BUNDLE=$work/ca.pem
  start_server TLS_CERT="$work/tls.pem" TLS_KEY="$work/tls.key" || return 1
  inside sh -c 'umask 077; cat >/root/ca.pem' <"$work/ca.pem"
  local result
  refuses inside env INGEST_URL="$URL" debrief-agent install </dev/null &&
    inside env INGEST_URL="$URL" CA_CERT=/root/ca.pem debrief-agent install </dev/null && delivers_within 20
  result=$?
  stop_server
  URL=http://127.0.0.1:$PORT
  inside sed -i '/^CA_CERT=/d' /etc/debrief-agent/agent.env
  start_server && inside env INGEST_URL="$URL" debrief-agent install </dev/null && [ $result -eq 0 ]
}

server_away() {
  stop_server
  local name
  name=$(round)
  within 30 says 'could not be reached' inside debrief-agent status || return 1
  says 'installed|again' inside debrief-agent install </dev/null
  start_server && within 70 is_delivered "$name"
}

older_agent() {
  local version
  version=$(node -p "require('./agent/package.json').version")
  sed "s/\"$version\"/\"0.0.1\"/g" agent/dist/debrief-agent.cjs >"$root/root/old.cjs"
  says 'updated from version .* to 0.0.1' inside node /root/old.cjs install </dev/null || return 1
  within 90 says 'this agent is older|older' inside debrief-agent status || return 1
  says 'versions: .*0.0.1.*'"$version" inside debrief-agent doctor || return 1
  inside debrief-agent doctor | grep -o '{ curl .*install$' | head -n 1 >"$root/home/admin/update.sh"
  says "updated from version 0.0.1 to $version; settings and notes are kept" admin 'sh update.sh' && delivers_within 20
}

sftp() {
  mkdir -p "$root/run/sshd"
  inside sh -c "mkdir -p /run/sshd; ssh-keygen -q -t ed25519 -N '' -f /root/key;
    install -d -o et -g et -m 700 /home/et/.ssh; install -o et -g et -m 600 /root/key.pub /home/et/.ssh/authorized_keys;
    /usr/sbin/sshd -p $SSH_PORT -o ListenAddress=127.0.0.1"
  local fingerprint settings
  fingerprint=$(inside ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub | awk '{ print $2 }')
  inside sed -i '/^GAMESTATS_DIR=/d; /^INGEST_TOKEN=/d' /etc/debrief-agent/agent.env
  settings="INGEST_TOKEN_FILE=/root/token SSH_HOST=127.0.0.1 SSH_PORT=$SSH_PORT SSH_USER=et SSH_KEY=/root/key SSH_GAMESTATS_DIR=$FOLDER SSH_POLL_SECONDS=2"
  # Nobody to ask: named, and not trusted.
  says "SSH_HOST_KEY_SHA256: missing.*SHA256:" inside env $settings debrief-agent install </dev/null
  inside grep -q SSH_HOST /etc/debrief-agent/agent.env && return 1
  at_terminal "sudo $settings debrief-agent install" yes >"$work/sftp" 2>&1
  cat "$work/sftp"
  grep -q 'Is it that one' "$work/sftp" || return 1
  inside grep -q '^LoadCredential=SSH_KEY-' /etc/systemd/system/$UNIT || return 1
  inside grep '^SSH_HOST_KEY_SHA256=' /etc/debrief-agent/agent.env || return 1
  [ -n "$fingerprint" ] && says 'ok +SSH: The login works' inside debrief-agent doctor && delivers_within 30
}

at_a_terminal() {
  inside debrief-agent uninstall --purge
  at_terminal "sudo node debrief-agent.cjs install --server $URL" "$FOLDER" "$token" >"$work/typed" 2>&1
  cat "$work/typed"
  ! grep -q "$token" "$work/typed" && delivers_within 20
}

# Off and on again: without a systemd outside, nspawn ends where a machine would begin anew.
reboot() {
  inside systemctl poweroff
  within 60 sh -c "! kill -0 $nspawn" || return 1
  launch && within 30 is_active && delivers_within 30
}

exposure() { says 'Overall exposure level.*: [01]\.[0-9]' inside systemd-analyze security --no-pager $UNIT; }

by_hand() {
  inside debrief-agent uninstall --purge
  local recipe
  recipe=$(sed -n '/By hand instead of `install`/,/^```$/p' docs/agent.md | sed -n '/^```sh$/,/^```$/p' | sed '/^```/d')
  [ -n "$recipe" ] || { echo 'docs/agent.md has no recipe.'; return 1; }
  printf '%s\n' "$recipe" | sed "s|^INGEST_URL=.*|INGEST_URL=$URL|; s|^INGEST_TOKEN=.*|INGEST_TOKEN=$token|; s|^GAMESTATS_DIR=.*|GAMESTATS_DIR=$FOLDER|" >"$root/home/admin/by-hand.sh"
  admin 'sh -e by-hand.sh' && delivers_within 20 && says 'runs since' inside debrief-agent status
}

uninstalls() {
  inside debrief-agent uninstall --purge && says 'There was no agent' inside node /home/admin/debrief-agent.cjs uninstall &&
    ! inside sh -c 'find / -xdev -name "*debrief-agent*" -not -path "/home/*" -not -path "/var/log/*" -not -path "/proc/*" | grep .' &&
    ! inside systemctl --failed --no-legend | grep .
}

# --- the server itself, as a service in the container ---

HERE=http://127.0.0.1:$((PORT + 2))
server_there() {
  mkdir -p "$root/opt/debrief" && git ls-files -z | xargs -0 cp -a --parents -t "$root/opt/debrief" &&
    cp -a --reflink=auto node_modules "$root/opt/debrief/" &&
    for part in agent server shared; do cp -a --reflink=auto $part/node_modules "$root/opt/debrief/$part/"; done &&
    inside chown -R root:root /opt/debrief || return 1
  inside sh -c "cd /opt/debrief && PORT=$((PORT + 2)) MAX_SERVER_MEGABYTES=512 node server/bin/debrief.mjs install" &&
    within 120 curl -fs "$HERE/readyz" && inside systemctl is-active -q debrief
}

# By the very lines of docs/operations.md, with another command at their end.
as_the_service() {
  inside systemd-run --pipe --wait -q -p User=debrief -p EnvironmentFile=/etc/debrief/debrief.env \
    -p "Environment=DATA_DIR=/var/lib/debrief LOG_DIR=/var/log/debrief" --working-directory=/opt/debrief \
    node server/bin/debrief.mjs "$@"
}

server_takes() {
  local its_token
  its_token=$(as_the_service token create beta --timezone UTC 2>"$work/told-there") || { cat "$work/told-there"; return 1; }
  curl -fs -H "Authorization: Bearer $its_token" -F file=@test/fixtures/corpus/evenings/files/2026-05-05-204850-supply-round-1.txt \
    "$HERE/api/v1/files" && as_the_service check && curl -fs "$HERE/agent/sha256"
}

server_doctor() {
  as_the_service doctor
  local result=$?
  inside sh -c 'stat -c "%U %a %n" /etc/debrief/debrief.env /var/lib/debrief /var/log/debrief'
  return $result
}

server_ends_and_returns() {
  local begin
  inside systemctl kill -s KILL --kill-whom=main debrief && within 60 curl -fs "$HERE/readyz" || return 1
  begin=$SECONDS
  inside systemctl stop debrief && [ $((SECONDS - begin)) -lt 10 ] || return 1
  inside systemctl show debrief -P Result | grep -qx success || return 1
  ! inside pgrep -u debrief -a || return 1
  inside sh -c 'cd /opt/debrief && node server/bin/debrief.mjs install' && within 60 curl -fs "$HERE/readyz" &&
    inside grep -q MAX_SERVER_MEGABYTES=512 /etc/debrief/debrief.env && as_the_service check
}

# --- in the order of an admin's life ---

main() {
  make_image
  boot
  inside /usr/local/bin/node --version >/dev/null || cannot "$NODE does not run in the container."
  printf 'Debian %s, systemd %s, Node %s\n' "$(inside cat /etc/debian_version)" "$(inside systemctl --version | head -n 1)" "$(inside node --version)"
  check 'the server starts' start_server
  et 'mkdir -p -m 0750 .etlegacy .etlegacy/legacy'
  begin=$SECONDS
  token=$(debrief token create alpha --timezone UTC 2>"$work/told")
  grep -E '^  (\{|sudo)' "$work/told" | sed 's/^  //' >"$work/lines"
  check 'the two printed lines install it, before the first round' newcomer
  check 'the first round arrives, in a folder that the game made with 0750' delivers_within 110
  printf '        from `token create` to a delivered file: %d s\n' $((SECONDS - begin))
  check 'the command is there, and sees the service whatever this shell exports' says 'runs since' admin 'export INGEST_URL=http://127.0.0.1:1; sudo -E debrief-agent status'
  check 'doctor finds nothing' inside debrief-agent doctor
  check 'without root, it says: use sudo' says 'Use sudo' admin 'debrief-agent status; debrief-agent doctor'
  check 'systemd is told: ready, status' says 'delivered, 0 waiting' property StatusText
  check 'journald knows the levels and the name' journal_has_levels
  check 'the service is hardly exposed' exposure
  grep Overall "$work/said" | sed 's/^/        /'
  check 'kill -9: back, and the file of meanwhile delivered' is_killed_and_returns
  check 'twelve restarts without a false ERROR' restarts_quietly
  check 'a folder moved away and made anew is found' moved_away
  check 'a wanted restart is no failure' no_failure_by_75
  check 'a folder that is closed: doctor sees it as the service, install cures it' closed_folder
  check 'files that are closed: the same' closed_files
  check 'a wrong token: refused, nothing changed' wrong_token
  check 'a new start that fails: what was there is back' rolls_back
  check 'INGEST_TOKEN_FILE of root alone (0600)' token_file
  check 'a token that is revoked, and a new one in its file' token_renewed
  check 'frozen (SIGSTOP): the watchdog ends it, and the file of meanwhile is delivered' is_frozen_and_returns
  check '600 files at once' six_hundred
  check 'a link that is turned: doctor sees it, a restart follows it' link_turned
  check 'TLS by a CA of one’s own, whose certificate only root may read' private_ca
  check 'the server away: kept, told, delivered after' server_away
  check 'an older agent: told, with a line that updates it in place' older_agent
  check 'a reboot' reboot
  check 'at a terminal: asked for folder and token, which is not shown' at_a_terminal
  check 'SFTP: key of root alone, fingerprint shown and asked for, login judged' sftp
  check 'by hand, as docs/agent.md says' by_hand
  check 'uninstall leaves nothing, and says so twice' uninstalls
  check 'the server as a service: `debrief install` from a clone in /opt' server_there
  check 'the server there: a token, a file, the agent to be handed out' server_takes
  check 'the server there: doctor finds nothing, as docs/operations.md calls it' server_doctor
  check 'the server there: killed, stopped in time, installed again with its settings' server_ends_and_returns
  finish
}

main
