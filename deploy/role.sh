#!/bin/sh
# Run by the database's container when its volume is new: the product owns one database and is no superuser.
set -eu
psql -q -v ON_ERROR_STOP=1 -v password="$(cat /run/secrets/database_password)" -U postgres -d postgres <<'END'
CREATE ROLE njia LOGIN PASSWORD :'password';
CREATE DATABASE njia OWNER njia;
END
