"""What a stretch of work cost: the processor's time of the bridge, its Valkey and the far side."""

import time
from types import TracebackType
from typing import Self

from .bridges import Bridge, Usage
from .far_side.process import FarSideProcess
from .processes import cpu_seconds


class Meter:
    """Measures while the `with` block runs."""

    def __init__(self, far: FarSideProcess, bridge: Bridge) -> None:
        self._far = far
        self._bridge = bridge
        self.used = Usage(0, 0)
        """The processor's time of the bridge and of its Valkey, in seconds."""
        self.far_share = 0.0
        """The share of one core that the far side needed: near 1, it would be the bottleneck."""

    def __enter__(self) -> Self:
        self._began = time.monotonic()
        self._before = self._bridge.cpu()
        self._far_before = cpu_seconds(self._far.pid)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.used = self._bridge.cpu().since(self._before)
        far = cpu_seconds(self._far.pid) - self._far_before
        self.far_share = far / (time.monotonic() - self._began)
