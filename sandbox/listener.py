"""An HTTP server that can go away and come back on the same port."""

from collections.abc import Callable

from aiohttp import web

_SHUTDOWN_SECONDS = 1.0


class Listener:
    """Serves a fresh application each time it starts, always on the port it first got."""

    def __init__(self, make_app: Callable[[], web.Application]) -> None:
        self._make_app = make_app
        self._runner: web.AppRunner | None = None
        self.host = ""
        self.port = 0

    async def start(self, host: str, port: int) -> None:
        """Listen on `host` and `port`; 0 takes a free port.

        Raises:
            OSError: The port is taken.
        """
        self.host, self.port = host, port
        await self.resume()

    async def resume(self) -> None:
        """Listen again where it listened before."""
        if self._runner:
            return
        runner = web.AppRunner(
            self._make_app(), access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS
        )
        await runner.setup()
        try:
            await web.TCPSite(runner, self.host, self.port).start()
        except OSError:
            await runner.cleanup()
            raise
        self._runner = runner
        self.port = runner.addresses[0][1]

    async def stop(self) -> None:
        """Refuse new connections and end those that are open."""
        if self._runner:
            runner, self._runner = self._runner, None
            await runner.cleanup()
