"""Backups of a deployment, and a deployment from a backup: `manage.py backup`, `manage.py restore`.

A backup is one folder: the database as of one moment, the journal's files, which may hold what the database does
not have yet, the editions, the evidence of entries and packs, and a manifest that names each file by its
SHA-256. Keys are never in it (docs/keys.md).
"""
