#!/usr/bin/env bash
# Collect the pages' words anew into locales/*/LC_MESSAGES/django.po. For maintainers: needs gettext.
# A new language needs its plural rule in PLURALS (CLDR 48.2), because Django ships no catalogue to copy it from.
set -euo pipefail
cd "$(dirname "$0")/.."
declare -A PLURALS=(
  [am]="nplurals=2; plural=(n > 1);" [ti]="nplurals=2; plural=(n > 1);" [fr]="nplurals=2; plural=(n > 1);"
  [om]="nplurals=2; plural=(n != 1);" [so]="nplurals=2; plural=(n != 1);" [sw]="nplurals=2; plural=(n != 1);"
  [ar]="nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 \&\& n%100<=10 ? 3 : n%100>=11 \&\& n%100<=99 ? 4 : 5;"
)
for language in "${!PLURALS[@]}"; do
  file=locales/$language/LC_MESSAGES/django.po
  mkdir -p "$(dirname "$file")"
  if [ ! -f "$file" ]; then
    printf 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n"Language: %s\\n"\n"Plural-Forms: %s\\n"\n' \
      "$language" "${PLURALS[$language]//\\/}" > "$file"
  fi
done
DJANGO_SETTINGS_MODULE=config.settings.dev .venv/bin/python manage.py makemessages \
  $(printf -- '-l %s ' "${!PLURALS[@]}") --no-obsolete --no-wrap --add-location file \
  --ignore .venv --ignore tests --ignore .data
