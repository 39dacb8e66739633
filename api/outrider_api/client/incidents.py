"""Incidents, with what can be done to them besides."""

from .errors import Ambiguous, NoSuchName
from .objects import Incident
from .resources import Dated, is_id


class Incidents(Dated[Incident]):
    """What people are told of troubles."""

    def find(self, title_or_id: str) -> Incident:
        """Return the incident of an id, or the open one of a title.

        Raises:
            NoSuchName: nothing that is open is called so.
            Ambiguous: several are called so.
        """
        if is_id(title_or_id):
            return self.get(title_or_id)
        found = [each for each in self.list(state="open") if each.title == title_or_id]
        if len(found) > 1:
            raise Ambiguous(title_or_id, [each.id for each in found])
        if not found:
            raise NoSuchName("open incident", title_or_id)
        return found[0]

    def post(self, id: str, state: str, body: str) -> Incident:
        """Tell what is known by now; the incident takes that state."""
        told = {"state": state, "body": body}
        return Incident.of(self._transport.send("POST", self.path_of(id, "updates"), told, repeatable=True)["data"])
