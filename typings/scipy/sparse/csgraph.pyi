import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

def connected_components(
    csgraph: csr_array, directed: bool = True, connection: str = "weak", return_labels: bool = True
) -> tuple[int, npt.NDArray[np.int32]]: ...
def dijkstra(
    csgraph: csr_array, directed: bool = True, indices: npt.ArrayLike | None = None, limit: float = ...
) -> npt.NDArray[np.float64]: ...
