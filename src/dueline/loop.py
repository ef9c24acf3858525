"""An event loop in a thread of its own: for asynchronous libraries in code that is not, whoever calls it."""

import asyncio
import threading
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, TypeVar

T = TypeVar("T")


class Loop:
    """Runs coroutines, one after the other, for as long as it is open."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, coroutine: Coroutine[Any, Any, T], seconds: float | None = None) -> T:
        """Return what a coroutine returns, or raise what it raises. Raises TimeoutError after so many seconds."""
        limited = asyncio.wait_for(coroutine, seconds)
        return asyncio.run_coroutine_threadsafe(limited, self._loop).result()

    def close(self) -> None:
        """End the thread; what still runs in it is dropped."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def __enter__(self) -> "Loop":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
