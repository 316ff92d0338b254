"""Plain translation to the outside: `load` gives the gateways, `base` the values they speak."""

from gateways.account import BadSettings
from gateways.registry import load

__all__ = ["BadSettings", "load"]
