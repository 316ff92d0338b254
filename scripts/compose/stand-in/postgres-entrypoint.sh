#!/bin/sh
# What the official image's entrypoint does with the variables that docker-compose.yml sets, and nothing else.
set -eu
[ "$1" = postgres ] || exec "$@"
sockets=/var/run/postgresql
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  mkdir -p "$PGDATA"
  chmod 700 "$PGDATA"
  # shellcheck disable=SC2086 -- words on purpose
  initdb -U postgres --pwfile="$POSTGRES_PASSWORD_FILE" --auth-local=trust --auth-host=scram-sha-256 \
    ${POSTGRES_INITDB_ARGS:-} >/dev/null
  printf 'host all all all scram-sha-256\n' >> "$PGDATA/pg_hba.conf"
  pg_ctl -w -o "-c listen_addresses='' -k $sockets" start >/dev/null
  for script in /docker-entrypoint-initdb.d/*.sh; do PGHOST=$sockets sh "$script"; done
  pg_ctl -w -m fast stop >/dev/null
fi
shift
exec postgres -c listen_addresses='*' -k "$sockets" "$@"
