"""The errors by which drivers say that a store does not answer."""

import psycopg
import redis
from django.db import InterfaceError, OperationalError
from kombu.exceptions import OperationalError as BrokerError

# as Django tells them, and as they come out of a COPY, which it does not wrap
DATABASE = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)
QUEUE = (redis.ConnectionError, redis.TimeoutError, BrokerError)
