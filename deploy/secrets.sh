#!/bin/sh
# Makes what docker-compose.yml needs and nobody else may know, once: sh deploy/secrets.sh HOSTNAME
# What is there already stays as it is. Run again after a file was lost, it makes that one alone.
set -eu
cd "$(dirname "$0")/.."
name=${1:-}
folder=deploy/secrets
[ -n "$name" ] || { echo "Say under which name the pages are reached: sh deploy/secrets.sh njia.example.org" >&2; exit 2; }
umask 077
mkdir -p "$folder"

random() { head -c "$1" /dev/urandom | base64 | tr -d '\n'; }   # base64 of so many random bytes
word() { head -c "$1" /dev/urandom | od -An -tx1 | tr -d ' \n'; }  # the same in hexadecimal, for addresses
# The folder is closed; the files in it are mounted one by one, and a container's number must be able to read its own.
keep() {
  if [ -s "$folder/$1" ]; then cat >/dev/null; return; fi
  cat > "$folder/.$1"
  chmod 444 "$folder/.$1"
  mv "$folder/.$1" "$folder/$1"
  echo "made $folder/$1"
}

word 24 | keep postgres_password
word 24 | keep database_password
word 24 | keep redis_password
word 32 | keep secret_key
printf 'postgresql://njia:%s@postgres:5432/njia' "$(cat $folder/database_password)" | keep database_url
printf 'redis://:%s@redis:6379/0' "$(cat $folder/redis_password)" | keep redis_url
keep redis.conf <<END
requirepass $(cat $folder/redis_password)
dir /data
appendonly yes
appendfsync everysec
save ""
maxmemory 256mb
maxmemory-policy noeviction
END
# Without this file no number can be read and nobody recognised: a copy belongs apart from the database's backups.
keep keys.toml <<END
# Whoever reads this file can tell which tokens belong to which numbers.
# Keep a copy apart from the database's backups: without it no number can be read again.
origin = "operator"

[token]
current = "t1"
[token.keys]
t1 = "$(random 32)"

[suppression]
current = "s1"
[suppression.keys]
s1 = "$(random 32)"

[seal]
current = "e1"
[seal.keys]
e1 = "$(random 64)"
END
hook=$(word 24)
[ ! -s $folder/hooks.json ] || hook=$(sed 's/.*\["\([0-9a-f]*\)"\].*/\1/' $folder/hooks.json)
printf '{"sim": ["%s"]}\n' "$hook" | keep hooks.json
keep gateways.toml <<END
# Provider accounts, with their keys: docs/gateways.md. This one is the simulated network, to rehearse with; its phones
# are shown the demonstration edition alone. Take it out when the first real account stands below it.
[gateways.sim]
adapter = "africastalking"
simulated = true
username = "simulated"
key = "simulated"
secret = "$hook"
sender = "NJIA"
base = "http://network:8001/version1"

[gateways.sim.codes]
"*384*1234#" = "KE"
"*384*2511#" = "ET"
END
# empty until you have one: the mail server's password, and who reports (see exports.example.toml)
for file in mail_password exports.toml; do
  [ -e "$folder/$file" ] || { : > "$folder/$file"; chmod 444 "$folder/$file"; }
done

touch .env
setting() { grep -q "^$1=" .env || { printf '%s=%s\n' "$1" "$2" >> .env; echo "added $1 to .env"; }; }
setting NJIA_DOMAIN "$name"
setting NJIA_ADMIN_PATH "office-$(word 6)/"
