"""The type of the arrays that the rooms from here upwards pass to each other."""

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
