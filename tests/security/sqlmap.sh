#!/bin/sh
# sqlmap (apt install sqlmap) against every parameter of the service, on loopback, by hand; see docs/security.md.
set -eu
cd "$(dirname "$0")/../.."
PYTHONPATH=. exec .venv/bin/python -m tests.security.sqlmap "$@"
