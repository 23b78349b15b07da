"""Pages that a fake server serves beside its API, such as that of influx-explorer.

A distribution provides a page by an entry point of the group `influx_testing.pages`. Its name is
the first segment of the page's path, `explorer` for `/explorer`; its value is a PageFactory.
"""

from influx_testing._server.pages.server_controls import MeasurementPoints, ServerControls
from influx_testing._server.pages.server_pages import (
    GROUP,
    PageFactory,
    ServerPage,
    ServerPages,
    installed_pages,
)

__all__ = [
    "GROUP",
    "MeasurementPoints",
    "PageFactory",
    "ServerControls",
    "ServerPage",
    "ServerPages",
    "installed_pages",
]
