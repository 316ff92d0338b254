#!/usr/bin/env bash
# The composed product for real: images built, everything up and healthy, walked through from outside, taken down.
# With an engine at hand (`docker version` answers) it uses that and the public images. Without one, as root on Debian
# or Ubuntu, it unpacks an engine into a folder and builds stand-ins for the public images from Debian and the locked
# wheels: the project's own Dockerfile and compose file are the same either way. Opt-in: it takes minutes and 3 GB.
#   NJIA_ENGINE=FOLDER  keep engine and images there for the next time    NJIA_HTTP_PORT, NJIA_HTTPS_PORT
set -euo pipefail
cd "$(dirname "$0")/.."
export NJIA_HTTP_PORT=${NJIA_HTTP_PORT:-8880} NJIA_HTTPS_PORT=${NJIA_HTTPS_PORT:-8443}
export COMPOSE_PROJECT_NAME=njia-walk NJIA_RELEASE=walk
folder="" tree=$(mktemp -d) own=no
NJIA_BACKUPS=$(mktemp -d)
export NJIA_BACKUPS
chmod 777 "$NJIA_BACKUPS"  # who walks need not be root, and then cannot give it to the containers' account

finish() {
  code=$?
  set +e
  if [ -n "${COMPOSE:-}" ]; then
    if [ "$code" != 0 ]; then (cd "$tree" && $COMPOSE --profile rehearsal logs --tail 15); fi
    (cd "$tree" && $COMPOSE run --rm -T --entrypoint sh backup -c 'rm -rf /backups/*' >/dev/null 2>&1)
    for name in njia-walk njia-walk-again; do
      (cd "$tree" && COMPOSE_PROJECT_NAME=$name $COMPOSE --profile rehearsal down -v >/dev/null 2>&1)
    done
  fi
  if [ -n "$folder" ]; then
    scripts/compose/engine.sh stop "$folder"
    if [ "$own" = yes ]; then rm -rf "$folder"; fi
  fi
  rm -rf "$tree" "$NJIA_BACKUPS"
  exit "$code"
}
trap finish EXIT
trap 'exit 130' INT TERM

# a checkout of its own: its secrets are made for this walk and go with it
git ls-files -z --cached --others --exclude-standard | tar -c --null -T - | tar -x -C "$tree"

if ! docker version >/dev/null 2>&1; then
  folder=${NJIA_ENGINE:-}
  [ -n "$folder" ] || { folder=$(mktemp -d) own=yes; }
  eval "$(scripts/compose/engine.sh start "$folder")"
  scripts/compose/standins.sh "$folder"
  export DOCKER_BUILDKIT=0 NJIA_BUILD_NETWORK=host
fi
if docker compose version >/dev/null 2>&1; then COMPOSE="docker compose"; else COMPOSE=docker-compose; fi
export COMPOSE

cd "$tree"
sh deploy/secrets.sh localhost
$COMPOSE build first
$COMPOSE build caddy
$COMPOSE build backup
$COMPOSE --profile rehearsal up -d
python3 scripts/compose/walk.py "https://localhost:$NJIA_HTTPS_PORT" deploy/secrets
cd - >/dev/null
