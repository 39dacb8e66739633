"""Members of an organization on a server: shown, invited, given roles, removed."""

from dataclasses import dataclass
from typing import Self

import typer

from outrider_api.client import Client, Member

from .confirming import confirm
from .connecting import connected
from .json_output import print_json
from .moments import clock
from .remote_options import Remote
from .tables import show_facts, show_table


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteMembers:
    """The commands about the members of one organization.

    Every call raises:
        NoSuchName: there is nobody of that address.
        InvalidInput: the key knows several organizations, and none was named.
        ClientError: the server refused it, or can't be reached.
    """

    client: Client
    organization: str | None
    as_json: bool

    @classmethod
    def of(cls, remote: Remote, organization: str | None) -> Self:
        """Return the commands for the server that is meant."""
        return cls(client=connected(remote), organization=organization, as_json=remote.as_json)

    def show_all(self) -> None:
        """List them."""
        found = list(self.client.members.list(self.organization))
        if self.as_json:
            print_json([member.raw for member in found])
            return
        rows = [
            (each.email or "", each.name or "", each.id, each.role, each.status, each.email_status or "")
            for each in found
        ]
        show_table(("e-mail", "name", "id", "role", "status", "invitation mail"), rows)

    def show(self, who: str) -> None:
        """Show one."""
        member = self._found(who)
        if self.as_json:
            print_json(member.raw)
            return
        facts = [
            ("e-mail", member.email or ""),
            ("name", member.name or ""),
            ("id", member.id),
            ("user", member.user_id or ""),
            ("role", member.role),
            ("status", member.status),
            ("invited until", clock(member.expires_at)),
            ("invitation mail", member.email_status or ""),
            ("why no mail", member.email_error or ""),
        ]
        show_facts([(name, text) for name, text in facts if text])

    def invite(self, email: str, role: str) -> None:
        """Invite somebody."""
        self._tell_invitation(self.client.members.invite(email, role, self.organization))

    def resend(self, who: str) -> None:
        """Send an invitation again."""
        self._tell_invitation(self.client.members.resend(self._found(who).id, self.organization))

    def give_role(self, who: str, role: str) -> None:
        """Give one another role, unless somebody else changes them between reading and writing."""
        read = self.client.members.get(self._found(who).id, self.organization)
        member = self.client.members.update(read, role, self.organization)
        if self.as_json:
            print_json(member.raw)
        else:
            typer.echo(f"{member.email or member.name}: {member.id}, {member.role}")

    def remove(self, who: str, *, is_sure: bool) -> None:
        """Remove one, when that is really meant."""
        member = self._found(who)
        confirm(f"Remove {member.email or member.name} ({member.id})", is_sure=is_sure)
        done = self.client.members.remove(member.id, self.organization)
        if self.as_json:
            print_json(done)
        else:
            typer.echo(f"{member.email or member.name}: {member.id}, removed")

    def _found(self, who: str) -> Member:
        return self.client.members.find(who, self.organization)

    def _tell_invitation(self, invited: Member) -> None:
        if self.as_json:
            print_json(invited.raw)
            return
        typer.echo(f"{invited.email}: {invited.id}, invited as {invited.role} until {clock(invited.expires_at)}")
        if invited.email_status == "not_configured":
            typer.echo(f"No mail is sent: {invited.email_error}. The link, shown this once:\n", err=True)
            typer.echo(f"{self.client.server}{invited.page_path}")
