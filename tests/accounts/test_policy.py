"""Who may invite whom."""

import pytest

from supplyhub.accounts import policy
from supplyhub.accounts.roles import Role
from tests.support.factories import actor

DISTRICT = "zhuzhou/tianyuan"
STREET = f"{DISTRICT}/嵩山路街道"
COMPOUND = f"{STREET}/C001"


class TestCanInvite:
    @pytest.mark.parametrize(
        ("inviter", "scope", "role", "place"),
        [
            (Role.COMMUNITY_STAFF, COMPOUND, Role.LEADER, COMPOUND),
            (Role.COMMUNITY_STAFF, COMPOUND, Role.GATE_KEEPER, f"{COMPOUND}/G0001"),
            (Role.STREET_STAFF, STREET, Role.COMMUNITY_STAFF, COMPOUND),
            (Role.DISTRICT_STAFF, DISTRICT, Role.STREET_STAFF, STREET),
            (Role.DISTRICT_STAFF, DISTRICT, Role.SUPPLIER, f"{DISTRICT}/suppliers/P01"),
            (Role.CITY_STAFF, "zhuzhou", Role.DISTRICT_STAFF, DISTRICT),
            (Role.ADMIN, "", Role.CITY_STAFF, "zhuzhou"),
        ],
    )
    def test_allows_those_whose_work_one_oversees(self, inviter, scope, role, place):
        assert policy.can_invite(actor((inviter, scope)), role, place)

    @pytest.mark.parametrize(
        ("inviter", "scope", "role", "place"),
        [
            # the own rank, or a higher one
            (Role.COMMUNITY_STAFF, COMPOUND, Role.COMMUNITY_STAFF, COMPOUND),
            (Role.STREET_STAFF, STREET, Role.DISTRICT_STAFF, DISTRICT),
            (Role.DISTRICT_STAFF, DISTRICT, Role.DISTRICT_STAFF, DISTRICT),
            (Role.DISTRICT_STAFF, DISTRICT, Role.ADMIN, DISTRICT),
            (Role.CITY_STAFF, "zhuzhou", Role.CITY_STAFF, "zhuzhou"),
            # a wider or another place
            (Role.COMMUNITY_STAFF, COMPOUND, Role.LEADER, STREET),
            (Role.COMMUNITY_STAFF, COMPOUND, Role.LEADER, f"{STREET}/C0011"),
            (Role.STREET_STAFF, STREET, Role.LEADER, f"{DISTRICT}/栗雨街道/C002"),
            (Role.DISTRICT_STAFF, DISTRICT, Role.RIDER, "zhuzhou/lusong/riders/R001"),
            (Role.STREET_STAFF, STREET, Role.LEADER, ""),
            # who does not invite at all
            (Role.LEADER, COMPOUND, Role.VOLUNTEER, COMPOUND),
            (Role.GATE_KEEPER, COMPOUND, Role.GATE_KEEPER, COMPOUND),
            # residents sign up by themselves
            (Role.ADMIN, "", Role.RESIDENT, COMPOUND),
        ],
    )
    def test_refuses_the_rest(self, inviter, scope, role, place):
        assert not policy.can_invite(actor((inviter, scope)), role, place)


class TestInvitableRoles:
    def test_are_those_that_can_be_given_somewhere_in_the_district(self):
        street_staff = actor((Role.STREET_STAFF, STREET))

        assert policy.invitable_roles(street_staff, DISTRICT) == (
            Role.LEADER,
            Role.GATE_KEEPER,
            Role.VOLUNTEER,
            Role.COMMUNITY_STAFF,
        )

    def test_are_none_in_another_district(self):
        assert policy.invitable_roles(actor((Role.STREET_STAFF, STREET)), "zhuzhou/lusong") == ()
