"""The order in which timepoints are shown."""

import re


def natural(key: str) -> tuple[tuple[float, str], ...]:
    """M4.5 before M13.5: numbers compare as numbers."""
    parts = re.findall(r"[0-9]+(?:\.[0-9]+)?|[^0-9]+", key)
    return tuple((float(part), "") if part[0].isdigit() else (0.0, part) for part in parts)
