"""Run the simulated network as a process: `python -m gateways.network --port 8001 --data FOLDER`."""

import argparse
import signal
import sys
import threading
import tomllib
from pathlib import Path
from typing import Any

from gateways.account import BadSettings
from gateways.network.faults import read
from gateways.network.server import Network, Setup


def main() -> int:
    """Serve until SIGTERM or Ctrl-C; 2 for wrong arguments or an occupied port."""
    try:
        network = Network(_setup(_arguments()))
    except (BadSettings, OSError, tomllib.TOMLDecodeError) as error:
        sys.stderr.write(f"The simulated network cannot start: {error}\n")
        return 2
    stopped = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopped.set())
    threading.Thread(target=network.serve_forever, args=(0.1,), daemon=True).start()
    sys.stdout.write(f"simulated network on http://{network.server_address[0]!s}:{network.port}\n")
    sys.stdout.flush()
    stopped.wait()
    network.stop()
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m gateways.network", description=__doc__)
    parser.add_argument("--port", type=int, default=8001, help="0: any free one")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--product", default="http://127.0.0.1:8000", help="where the hooks are")
    parser.add_argument("--gateway", default="sim", help="the gateway's name in the product")
    parser.add_argument("--data", type=Path, help="the product's data folder, with hooks.json")
    parser.add_argument(
        "--hooks", type=Path, help="hooks.json, or the list of `manage.py hooks --json`"
    )
    parser.add_argument("--state", type=Path, help="where the record is kept; else <data>/network")
    parser.add_argument("--config", type=Path, help="TOML with a table [faults]")
    return parser.parse_args()


def _setup(given: argparse.Namespace) -> Setup:
    data: Path | None = given.data
    config: dict[str, Any] = {}
    if given.config:
        config = tomllib.loads(given.config.read_text(encoding="utf-8"))
    return Setup(
        port=given.port,
        host=given.host,
        product=given.product,
        gateway=given.gateway,
        hooks=given.hooks or (data or Path()) / "hooks.json",
        state=given.state or (data / "network" if data else None),
        faults=read(config.get("faults", {})),
    )


if __name__ == "__main__":
    sys.exit(main())
