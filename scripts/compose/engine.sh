#!/usr/bin/env bash
# An engine of containers where none runs, without installing anything: Debian's own, unpacked into a folder.
#   engine.sh start FOLDER   prints lines for `eval`: DOCKER_HOST and PATH. Root on Debian or Ubuntu only.
#   engine.sh stop FOLDER
# It has no bridge and touches no firewall: a build needs `--network host`, and a published port works on 127.0.0.1.
set -euo pipefail

packages=(
  docker.io containerd runc debootstrap docker-compose python3-distro python3-docker python3-dockerpty python3-docopt
  python3-dotenv python3-texttable python3-websocket python3-requests python3-urllib3 python3-certifi
  python3-chardet python3-idna python3-jsonschema python3-pyrsistent python3-attr python3-setuptools python3-six
  python3-yaml python3-pkg-resources
  iptables libip4tc2 libip6tc2 libxtables12 libnftnl11 libmnl0 libnfnetlink0 libnetfilter-conntrack3
)

unpack() {
  local folder=$1
  mkdir -p "$folder/debs" "$folder/root"
  (cd "$folder/debs" && apt-get -qq download "${packages[@]}" 2>/dev/null)
  for package in "$folder"/debs/*.deb; do dpkg -x "$package" "$folder/root"; done
  mkdir -p "$folder/bin"
  printf '#!/bin/sh\nPYTHONPATH=%s exec /usr/bin/python3 %s "$@"\n' \
    "$folder/root/usr/lib/python3/dist-packages" "$folder/root/usr/bin/docker-compose" > "$folder/bin/docker-compose"
  # containers find each other by name through a rule in their own network, which the engine has iptables write
  local libraries=$folder/root/usr/lib/$(uname -m)-linux-gnu
  printf '#!/bin/sh\nLD_LIBRARY_PATH=%s XTABLES_LIBDIR=%s exec %s iptables "$@"\n' \
    "$libraries" "$libraries/xtables" "$folder/root/usr/sbin/xtables-legacy-multi" > "$folder/bin/iptables"
  chmod +x "$folder/bin/docker-compose" "$folder/bin/iptables"
}

start() {
  local folder=$1
  [ -x "$folder/bin/docker-compose" ] || unpack "$folder"
  export PATH="$folder/bin:$folder/root/usr/bin:$folder/root/usr/sbin:$PATH"
  export DOCKER_HOST="unix://$folder/docker.sock"
  if ! docker version >/dev/null 2>&1; then
    rm -f "$folder/docker.pid"
    # its own session: a Ctrl-C meant for the caller must not take it away before the containers
    setsid dockerd --data-root "$folder/data" --exec-root "$folder/exec" -H "$DOCKER_HOST" -p "$folder/docker.pid" \
      --iptables=false --ip6tables=false --ip-forward=false --bridge=none --default-ulimit nofile=1024:4096 \
      >"$folder/dockerd.log" 2>&1 </dev/null &
    for _ in $(seq 100); do docker version >/dev/null 2>&1 && break; sleep 0.2; done
    docker version >/dev/null 2>&1 || { tail -5 "$folder/dockerd.log" >&2; exit 1; }
  fi
  printf 'export DOCKER_HOST=%q\nexport PATH=%q\n' "$DOCKER_HOST" "$PATH"
}

stop() {
  local folder=$1 number
  number=$(cat "$folder/docker.pid" 2>/dev/null || true)
  if [ -n "$number" ] && kill "$number" 2>/dev/null; then
    for _ in $(seq 100); do kill -0 "$number" 2>/dev/null || break; sleep 0.2; done
    kill -9 "$number" 2>/dev/null || true
  fi
  # what it leaves mounted, or the folder could not be removed
  umount "$folder"/exec/netns/* 2>/dev/null || true
}

"$1" "$2"
