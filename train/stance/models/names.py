"""What the files of a model folder are called; apart, so that one sentence is answered quickly."""

import re

FORMAT = 3
SCORER = "scorer.safetensors"
INFO = "info.json"
INFO_HASH = "info.sha256"
MAX_INFO_BYTES = 10_000_000
VERSION_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
