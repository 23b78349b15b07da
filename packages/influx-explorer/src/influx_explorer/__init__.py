"""A web page to look at InfluxDB servers, and at the fake server of a test.

`python -m influx_explorer --url URL` serves it for a real server. A fake server of influx-testing
serves it below `/explorer` once this distribution is installed.
"""

from influx_explorer._http.listening import listening
from influx_explorer._server.server_source import ServerSource

__all__ = ["ServerSource", "listening"]
