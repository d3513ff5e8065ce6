"""What a column is in the scoring: answers, scores, and yes or no for each row."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

MISSING = -1
"""In a column of answers: no answer. Every item's answers are 0 or more."""

Answers = NDArray[np.integer[Any]]
Values = NDArray[np.float64]
Flags = NDArray[np.bool_]
