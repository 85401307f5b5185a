"""Roles, scopes and rights."""

import pytest

from supplyhub.accounts.roles import Role, covers
from supplyhub.permissions import Permission
from tests.support.factories import actor

DISTRICT = "zhuzhou/tianyuan"


class TestCovers:
    @pytest.mark.parametrize("path", [DISTRICT, "zhuzhou/tianyuan/嵩山路街道", "zhuzhou/tianyuan/嵩山路街道/C001"])
    def test_covers_its_own_path_and_what_lies_below(self, path):
        assert covers(DISTRICT, path)

    @pytest.mark.parametrize("path", ["zhuzhou", "", "zhuzhou/tianyuan2", "zhuzhou/lusong", "zhuzhou/tianyuan-x/y"])
    def test_does_not_cover_what_lies_above_or_only_begins_alike(self, path):
        assert not covers(DISTRICT, path)

    def test_covers_everything_with_the_empty_scope(self):
        assert covers("", "changsha/yuelu/C001")


class TestSignedIn:
    def test_holds_a_right_only_within_its_scope(self):
        person = actor((Role.STREET_STAFF, f"{DISTRICT}/嵩山路街道"))

        assert person.can(Permission.VIEW_PLACES, f"{DISTRICT}/嵩山路街道/C001")
        assert not person.can(Permission.VIEW_PLACES, DISTRICT)
        assert not person.can(Permission.MAKE_PLAN)

    def test_cuts_a_wider_scope_to_the_place_asked_for(self):
        person = actor((Role.CITY_STAFF, "zhuzhou"))

        assert person.paths(Permission.VIEW_ORDERS, within=DISTRICT) == (DISTRICT,)

    def test_names_each_narrower_scope_within_the_place_asked_for(self):
        person = actor(
            (Role.COMMUNITY_STAFF, f"{DISTRICT}/嵩山路街道/C001"),
            (Role.COMMUNITY_STAFF, "zhuzhou/lusong/某街道/C009"),
        )

        assert person.paths(Permission.VIEW_ORDERS, within=DISTRICT) == (f"{DISTRICT}/嵩山路街道/C001",)

    def test_gives_a_company_the_view_of_riders_and_nothing_of_residents(self):
        person = actor((Role.RIDER_COMPANY, f"{DISTRICT}/companies/美团"))

        assert person.can_within(Permission.VIEW_RIDERS, DISTRICT)
        assert not person.can_within(Permission.VIEW_ORDERS, DISTRICT)
        assert not person.can_within(Permission.VIEW_PLACES, DISTRICT)


class TestRole:
    @pytest.mark.parametrize("role", list(Role))
    def test_lets_everybody_keep_their_own_account(self, role):
        assert Permission.OWN_ACCOUNT in role.permissions

    @pytest.mark.parametrize("role", [role for role in Role if not role.is_staff])
    def test_lets_nobody_but_staff_see_orders_or_invite(self, role):
        assert not role.permissions & {Permission.VIEW_ORDERS, Permission.INVITE_PEOPLE, Permission.PUBLISH_PLAN}


class TestNobody:
    def test_without_a_role_still_has_an_account(self):
        person = actor()

        assert person.can(Permission.OWN_ACCOUNT)
        assert not any(person.can(permission) for permission in Permission if permission != Permission.OWN_ACCOUNT)
