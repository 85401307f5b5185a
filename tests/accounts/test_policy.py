"""Who may invite whom."""

import pytest

from supplyhub.accounts import policy
from supplyhub.accounts.roles import Grant, Role
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


class TestCanLetIn:
    def let_in(self, by, *grants):
        return policy.can_let_in(by, [Grant(role=role, scope=scope) for role, scope in grants])

    def test_allows_the_community_for_its_residents_and_keepers(self):
        community = actor((Role.COMMUNITY_STAFF, COMPOUND))

        assert self.let_in(community, (Role.RESIDENT, COMPOUND))
        assert self.let_in(community, (Role.RESIDENT, COMPOUND), (Role.GATE_KEEPER, f"{COMPOUND}/G0001"))

    def test_refuses_where_one_of_the_roles_is_out_of_reach(self):
        community = actor((Role.COMMUNITY_STAFF, COMPOUND))

        assert not self.let_in(community, (Role.RESIDENT, COMPOUND), (Role.DISTRICT_STAFF, DISTRICT))
        assert not self.let_in(community, (Role.RESIDENT, f"{STREET}/C002"))
        assert not self.let_in(community, (Role.COMMUNITY_STAFF, COMPOUND))

    def test_refuses_those_who_do_not_invite_and_those_without_a_role(self):
        assert not self.let_in(actor((Role.LEADER, COMPOUND)), (Role.RESIDENT, COMPOUND))
        assert not self.let_in(actor((Role.ADMIN, "")))
