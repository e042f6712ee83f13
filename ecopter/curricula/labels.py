"""The words readers see for what is taught."""

from ecopter.curricula.rules import Track
from ecopter.platform.i18n import lazy as _

TRACK = {
    Track.TERROIR: _("Terroir products"),
    Track.LEADERSHIP: _("Leaders of associations"),
}
