#!/usr/bin/env bash
# Fetch the vendored browser files anew from npm and check them. For maintainers; nothing else needs npm.
# A new version: change it here and in the sums below, look at the pages, commit both.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm pack --silent @tabler/core@1.6.1 >/dev/null
tar xzf tabler-core-1.6.1.tgz
for file in tabler.min.css tabler.rtl.min.css; do
  # the maps are not shipped: a pointer to one would make browsers ask for it
  sed 's,/\*# sourceMappingURL=.*\*/,,' "package/dist/css/$file" > "$root/config/static/vendor/tabler/$file"
done
cd "$root/config/static/vendor" && sha256sum --check SHA256SUMS
