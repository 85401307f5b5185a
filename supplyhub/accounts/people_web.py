"""Pages of people and their roles within a district: who holds which, inviting, ending what was given."""

from dataclasses import dataclass
from datetime import timedelta

import segno
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from supplyhub.accounts import forms, operations, policy, queries, scopes
from supplyhub.accounts.current import me
from supplyhub.accounts.models import Invitation
from supplyhub.accounts.roles import Role
from supplyhub.accounts.scopes import ScopeChoice
from supplyhub.core import clock, text
from supplyhub.core.errors import DomainError
from supplyhub.db.engine import session
from supplyhub.permissions import Permission
from supplyhub.webkit.access import named_path, requires
from supplyhub.webkit.pagination import requested_page
from supplyhub.webkit.settings import settings
from supplyhub.webkit.transactional import transactional

blueprint = Blueprint("people", __name__)
NEW_INVITATION = "new_invitation"
NEW_PASSWORD = "new_password"  # noqa: S105 (the name of a place in the cookie)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenInvitation:
    """An invitation as the list shows it."""

    id: int
    role: Role
    place: str
    note: str
    invitation: Invitation


@blueprint.get("/<district>/people")
@requires(Permission.INVITE_PEOPLE, anywhere=True)
def index(district: str) -> ResponseReturnValue:
    """Show who holds which role, and the invitations that are open."""
    roles = policy.invitable_roles(me(), named_path())
    wanted = [role for role in roles if role == request.args.get("role")] or list(roles)
    paths = me().paths(Permission.INVITE_PEOPLE, within=named_path())
    sought = text.tidy(request.args.get("q", ""))[:40]
    people = queries.page_of_people(session(), paths=paths, roles=wanted, text=sought, number=requested_page())
    invitations = queries.list_open_invitations(session(), paths=paths, roles=roles, now=clock.now())
    names = scopes.labels(
        session(), paths=[*(person.scope for person in people.items), *(open_.scope for open_ in invitations)]
    )
    return render_template(
        "people/index.html",
        district=district,
        people=people,
        names=names,
        roles=roles,
        sought=sought,
        role=request.args.get("role", ""),
        is_filtered=bool(sought or len(wanted) < len(roles)),
        invitations=[
            OpenInvitation(
                id=found.id,
                role=found.role,
                place=names.get(found.scope, ""),
                note=found.note,
                invitation=found,
            )
            for found in invitations
        ],
        my_id=me().person_id,
    )


@blueprint.get("/<district>/people/invite")
@requires(Permission.INVITE_PEOPLE, anywhere=True)
def invite(district: str) -> ResponseReturnValue:
    """Ask for a role, then for the place where it holds."""
    role = _chosen_role(request.args.get("role", ""))
    form = None
    if role is not None:
        form = forms.InvitePerson(role=role.value, groups=_grouped(_choices(role)), blank=True)
    return _invite_page(district, role, form)


@blueprint.post("/<district>/people/invite")
@requires(Permission.INVITE_PEOPLE, anywhere=True)
@transactional
def send_invitation(district: str) -> ResponseReturnValue:
    """Make an invitation, and show its code once.

    Raises
    ------
    operations.UnableToInvite
        The role is not the person's to give here.
    """
    role = _chosen_role(request.form.get("role", ""))
    if role is None:
        raise operations.UnableToInvite(gettext("You cannot invite to this role here."))
    choices = {choice.path: choice for choice in _choices(role)}
    form = forms.InvitePerson(role=role.value, groups=_grouped(list(choices.values())))
    if not form.validate():
        return _invite_page(district, role, form, 422)
    scope = choices[form.scope.data]
    try:
        code = operations.invite_person(
            session(),
            role=role,
            scope=scope,
            note=text.tidy(form.note.data or ""),
            actor=me(),
            now=clock.now(),
            lasts=timedelta(days=settings().invitation_days),
        )
    except DomainError as error:
        form.refuse("scope", error.message)
        return _invite_page(district, role, form, 422)
    cookie[NEW_INVITATION] = {"code": code, "role": role.value, "scope": scope.path}
    return redirect(url_for("people.invited", district=district))


@blueprint.get("/<district>/people/invited")
@requires(Permission.INVITE_PEOPLE, anywhere=True)
def invited(district: str) -> ResponseReturnValue:
    """Show the code of the invitation just made: once, for only its digest is kept."""
    made = cookie.pop(NEW_INVITATION, None)
    if not isinstance(made, dict):
        return redirect(url_for("people.index", district=district))
    link = url_for("accounts.invitation", code=made["code"], _external=True)
    return render_template(
        "people/invited.html",
        district=district,
        code=made["code"],
        spoken=f"{made['code'][:5]} {made['code'][5:]}",
        role=Role(made["role"]),
        place=scopes.labels(session(), paths=[made["scope"]]).get(made["scope"], ""),
        link=link,
        qr_code=segno.make(link, error="m").svg_data_uri(scale=6, border=2),
        days=settings().invitation_days,
    )


@blueprint.post("/<district>/people/invitations/<int:invitation_id>/end")
@requires(Permission.INVITE_PEOPLE, anywhere=True)
@transactional
def end_invitation(district: str, invitation_id: int) -> ResponseReturnValue:
    """End an invitation before somebody takes it up."""
    operations.end_invitation(session(), invitation_id=invitation_id, actor=me(), now=clock.now())
    flash(gettext("The invitation is withdrawn. Its code no longer works."), "go")
    return redirect(url_for("people.index", district=district))


@blueprint.post("/<district>/people/roles/<int:grant_id>/withdraw")
@requires(Permission.INVITE_PEOPLE, anywhere=True)
@transactional
def withdraw_role(district: str, grant_id: int) -> ResponseReturnValue:
    """Take a role away from a person."""
    grant = operations.withdraw_role(session(), grant_id=grant_id, actor=me())
    flash(gettext("The role %(role)s is withdrawn.", role=grant.role.label), "go")
    return redirect(url_for("people.index", district=district))


@blueprint.post("/<district>/people/<int:person_id>/let-in")
@requires(Permission.INVITE_PEOPLE, anywhere=True)
@transactional
def let_in(district: str, person_id: int) -> ResponseReturnValue:
    """Give somebody who has lost password or authenticator a new password, and show it once."""
    cookie[NEW_PASSWORD] = operations.let_in(session(), person_id=person_id, actor=me())
    return redirect(url_for("people.new_password", district=district))


@blueprint.get("/<district>/people/new-password")
@requires(Permission.INVITE_PEOPLE, anywhere=True)
def new_password(district: str) -> ResponseReturnValue:
    """Show the password just made: once, for only its hash is kept."""
    password = cookie.pop(NEW_PASSWORD, None)
    if not isinstance(password, str):
        return redirect(url_for("people.index", district=district))
    return render_template("people/new_password.html", district=district, password=password)


def _chosen_role(code: str) -> Role | None:
    return next((role for role in policy.invitable_roles(me(), named_path()) if role.value == code), None)


def _choices(role: Role) -> list[ScopeChoice]:
    """Return the places of the role that are the person's to give."""
    offered = scopes.list_choices(session(), role=role, within=named_path())
    return [choice for choice in offered if policy.can_invite(me(), role, choice.path)]


def _grouped(choices: list[ScopeChoice]) -> dict[str, list[tuple[str, str]]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for choice in choices:
        groups.setdefault(choice.group, []).append((choice.path, choice.label))
    return groups


def _invite_page(
    district: str, role: Role | None, form: forms.InvitePerson | None, status: int = 200
) -> ResponseReturnValue:
    page = render_template(
        "people/invite.html",
        district=district,
        roles=policy.invitable_roles(me(), named_path()),
        role=role,
        form=form,
        has_places=form is not None and bool(form.scope.choices),
        days=settings().invitation_days,
    )
    return page, status
