"""Planning a day on the roads of the settings: asked once, told on the page, never replaced by straight lines."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from supplyhub.accounts.roles import Role
from supplyhub.core import clock, geo
from supplyhub.db.transaction import transaction
from supplyhub.integrations.roads import asking, extract, graph
from supplyhub.integrations.roads.valhalla import ValhallaRouter
from supplyhub.jobs import progress as job_progress
from supplyhub.jobs.models import Job, JobState
from supplyhub.jobs.worker import Worker
from supplyhub.places.models import Gate
from supplyhub.planning import solve
from supplyhub.planning.problem import TravelModel
from supplyhub.rounds import kept_ways, problems, roads, rules
from supplyhub.rounds.models import Plan, PlanningDay, PlanState, Round
from supplyhub.rounds.operations import plans, publishing
from supplyhub.rounds.operations import ways as ways_operations
from supplyhub.rounds.ways_models import PlanWays, RoadMatrix, WaysFrom
from tests.support import day, extracts, factories, routing_server
from tests.support.routing_server import RoutingServer


@pytest.fixture
def tiny():
    return day.read("tiny")


@pytest.fixture
def district(app, tiny):
    with app.app_context(), transaction() as session:
        return day.write(session, tiny)


@pytest.fixture
def server():
    with routing_server.running() as found:
        yield found


@pytest.fixture
def solved(monkeypatch):
    """The problems that a solver was given, which answers at once with the plan made by hand."""
    problems_seen = []

    def answer(problem, *, progress, **_others):
        problems_seen.append(problem)
        progress(solve.Progress(share=1.0, iterations=1, score_m=800, unserved=20))
        return day.planned(problem)

    monkeypatch.setattr(solve, "solve", answer)
    monkeypatch.setattr(solve, "warm_up", lambda: None)
    return problems_seen


@pytest.fixture
def plan_on(make_app, district, tiny, server):
    """Plan the day with the settings given, in a worker that has them, and return the plan's id."""

    def plan_on(**settings):
        other = make_app(**{"roads_source": "valhalla", "roads_url": server.url, **settings})
        with other.app_context():
            with transaction() as session:
                plan_id = start(session, district, tiny)
            Worker(lease_s=60, poll_s=0.01).run_one()
        return plan_id

    return plan_on


def start(session, district, problem):
    return plans.start_plan(
        session,
        district=district,
        day_date=problem.day_date,
        cutoff_at=day.CUTOFF_AT,
        search=plans.Search(seconds=1, seed=1),
        actor=None,
        now=clock.now(),
    ).id


def second_gate(problem):
    """A gate of a compound that has another one: the plan made by hand does not go there."""
    seen = set()
    for gate in problem.gates:
        if gate.compound_id in seen:
            return gate
        seen.add(gate.compound_id)
    return None


@pytest.fixture
def look(app_context, district):
    def look(plan_id):
        with transaction() as session:
            plan = session.get_one(Plan, plan_id)
            rounds = session.scalar(select(func.count()).select_from(Round))
            return plan, session.get_one(Job, plan.job_id), kept_ways.find_plan_ways(session, plan=plan), rounds

    return look


class TestOnRoads:
    @pytest.mark.parametrize("source", ["valhalla", "osrm"])
    def test_is_planned_with_the_ways_of_the_server(self, plan_on, look, solved, server, source):
        plan_id = plan_on(roads_source=source)

        plan, job, ways, rounds = look(plan_id)
        assert (plan.state, job.state, rounds) == (PlanState.READY, JobState.DONE, 1), job.error
        assert (ways.source, ways.name, ways.unreached) == (WaysFrom(source), server.url, [])
        travel = solved[0].travel
        gate, pickup = solved[0].gates[0], solved[0].pickups[0]
        size, numbers = len(travel.place_ids), {place_id: n for n, place_id in enumerate(travel.place_ids)}
        cell = numbers[pickup.pickup_id] * size + numbers[gate.gate_id]
        straight_m = geo.haversine_m(pickup.lat, pickup.lon, gate.lat, gate.lon)
        assert travel.model is TravelModel.MATRIX
        assert abs(travel.tables[0].distance_m[cell] - routing_server.DETOUR * straight_m) <= 1
        assert plan.fingerprint == solved[0].fingerprint()

    def test_is_not_asked_again_for_the_same_day(self, plan_on, look, solved, server):
        first = plan_on()
        asked = len(server.asked)

        second = plan_on()

        assert asked > 0
        assert len(server.asked) == asked
        assert look(first)[2].matrix_id == look(second)[2].matrix_id
        assert solved[0].travel == solved[1].travel

    def test_is_asked_anew_after_a_place_moved(self, plan_on, look, solved, server, district):
        first = plan_on()
        asked = len(server.asked)
        with transaction() as session:
            gate = session.scalars(select(Gate).order_by(Gate.id)).first()
            gate.latitude += 0.001

        second = plan_on()

        assert len(server.asked) == 2 * asked
        assert look(first)[2].matrix_id != look(second)[2].matrix_id

    def test_is_asked_anew_after_a_week_and_lets_go_of_what_no_plan_needs(
        self, plan_on, look, solved, server, frozen_clock, district
    ):
        frozen_clock(day.CUTOFF_AT)
        first = plan_on()
        asked = len(server.asked)
        with transaction() as session:
            plans.discard_plan(session, plan_id=first, district=district, actor=None, now=clock.now())

        frozen_clock(ways_operations.KEPT + timedelta(seconds=1))
        second = plan_on()

        assert len(server.asked) == 2 * asked
        kept = look(second)[2].matrix_id
        with transaction() as session:
            assert session.scalars(select(RoadMatrix.id)).all() == [kept]

    def test_can_be_published_and_read_again_with_its_ways(self, plan_on, look, solved, district):
        plan_id = plan_on()

        with transaction() as session:
            publishing.publish_plan(session, plan_id=plan_id, district=district, actor=None, now=day.CUTOFF_AT)
            plan = session.get_one(Plan, plan_id)
            problem = problems.build_problem_of(session, district=district, plan=plan)

        assert look(plan_id)[0].state is PlanState.PUBLISHED
        assert problem.travel == solved[0].travel
        assert problem.fingerprint() == look(plan_id)[0].fingerprint

    def test_names_the_places_without_a_road(self, plan_on, look, solved, server, tiny):
        lost = second_gate(tiny)
        server.answer = server.without(lambda place: place == (lost.lat, lost.lon))

        plan_id = plan_on()

        vehicles = sorted({rider.vehicle for rider in tiny.riders})
        kept = {"place": lost.gate_id, "vehicles": vehicles, "why": "no_answer", "nearest_m": None}
        assert look(plan_id)[2].unreached == [kept]

    def test_uses_whose_ways_the_day_s_rules_say(self, app_context, plan_on, solved, server):
        with transaction() as session:
            stored = session.scalars(select(PlanningDay)).one()
            vehicles = {name: {**table, "roads": "van"} for name, table in stored.rules["vehicles"].items()}
            stored.rules = {**stored.rules, "vehicles": vehicles}

        plan_on()

        assert {body["costing"] for _, body in server.asked} == {"auto"}

    def test_is_planned_with_a_road_graph_and_tells_who_is_off_its_roads(
        self, app_context, district, plan_on, look, solved, tiny, tmp_path
    ):
        lost = second_gate(tiny)
        town = write_street(tmp_path / "town.osm.pbf", tiny)
        graph.write_graph(extract.build_graph(town, built_at=day.CUTOFF_AT), tmp_path / "roads.npz")
        with transaction() as session:
            # Five kilometres north of every road.
            gate = session.scalars(select(Gate).where(Gate.code == lost.gate_id)).one()
            gate.latitude = max(one.lat for one in tiny.gates) + 0.05

        plan_id = plan_on(roads_source="extract", roads_path=tmp_path / "roads.npz")

        plan, job, ways, rounds = look(plan_id)
        assert (plan.state, rounds) == (PlanState.READY, 1), job.error
        assert (ways.source, ways.name) == (WaysFrom.EXTRACT, "town.osm.pbf")
        assert [(place["place"], place["why"]) for place in ways.unreached] == [(lost.gate_id, "nothing_near")]
        assert ways.unreached[0]["nearest_m"] > 1000
        assert solved[0].travel.model is TravelModel.MATRIX


def write_street(path, problem):
    """Write an extract in which one street leads from each place of the day to the next."""
    places = [(one.lat, one.lon) for one in (*problem.pickups, *problem.gates)]
    places += [(rider.base_lat, rider.base_lon) for rider in problem.riders]
    scale = extracts.METRES_PER_DEGREE
    nodes = {number: (lon * scale, lat * scale) for number, (lat, lon) in enumerate(places, start=1)}
    return extracts.write(path, nodes=nodes, ways=[(list(nodes), {"highway": "residential"})])


class TestWithoutAnAnswer:
    @pytest.mark.parametrize(
        ("spoil", "settings", "trouble"),
        [
            (lambda server: server.close(), {}, "connection_refused"),
            (lambda server: setattr(server, "answer", server.late(0.6)), {"roads_timeout_seconds": 0.2}, "timed_out"),
            (
                lambda server: setattr(server, "answer", server.dripping(0.05)),
                {"roads_timeout_seconds": 0.2},
                "timed_out",
            ),
            (lambda server: answer(server, 500, b'{"error": "tiles are gone"}'), {}, "said"),
            (lambda server: answer(server, 503, b"<html>away</html>"), {}, "not_an_answer"),
            (lambda server: answer(server, 200, b'{"sources_to_targets": {}}'), {}, "not_a_table"),
            (lambda server: answer(server, None, b"SSH-2.0\r\n"), {}, "not_an_answer"),
            (lambda _server: None, {"roads_url": ""}, "no_address"),
            (lambda _server: None, {"roads_source": "extract"}, "no_graph"),
        ],
    )
    def test_fails_with_the_reason_and_no_rounds(self, plan_on, look, solved, server, spoil, settings, trouble):
        spoil(server)

        plan_id = plan_on(**settings)

        plan, job, ways, rounds = look(plan_id)
        assert (plan.state, plan.figures["failure"], plan.figures["trouble"]) == (PlanState.FAILED, "roads", trouble)
        # Trying again by itself would not help, and nobody planned on straight lines instead.
        assert (job.state, rounds, ways, solved) == (JobState.DONE, 0, None, [])

    def test_keeps_nothing_of_half_an_answer(self, plan_on, look, solved, server, monkeypatch):
        def until_the_second_block(path, body):
            return server.valhalla(path, body) if len(server.asked) == 1 else (500, b"{}")

        server.answer = until_the_second_block
        monkeypatch.setattr(asking, "BLOCK", 5)

        plan_id = plan_on()

        assert len(server.asked) == 2
        assert look(plan_id)[0].state is PlanState.FAILED
        with transaction() as session:
            assert session.scalar(select(func.count()).select_from(RoadMatrix)) == 0

    def test_is_stopped_while_the_roads_are_asked(self, make_app, district, tiny, look, solved, server):
        other = make_app(roads_source="valhalla", roads_url=server.url)
        with other.app_context():
            with transaction() as session:
                plan_id = start(session, district, tiny)

            def stop_meanwhile(path: str, body: dict) -> tuple[int, bytes]:
                with other.app_context(), transaction() as session:
                    if session.get_one(Plan, plan_id).state is PlanState.RUNNING:
                        plans.stop_plan(session, plan_id=plan_id, district=district, actor=None, now=clock.now())
                return server.valhalla(path, body)

            server.answer = stop_meanwhile
            Worker(lease_s=60, poll_s=0.01).run_one()

        plan, _, _, rounds = look(plan_id)
        assert (plan.state, rounds, solved) == (PlanState.CANCELLED, 0, [])


class TestOtherwise:
    def test_straight_lines_are_told(self, plan_on, look, solved, server):
        plan_id = plan_on(roads_source="crow")

        ways = look(plan_id)[2]
        assert (ways.source, ways.name, ways.matrix_id) == (WaysFrom.STRAIGHT, "1.35", None)
        assert server.asked == []

    def test_a_day_s_own_matrix_comes_before_the_settings_and_names_who_it_leaves_out(
        self, plan_on, look, solved, server, tiny, district
    ):
        lost = second_gate(tiny).gate_id
        with transaction() as session:
            problem = problems.build_problem(
                session, district=district, day_date=tiny.day_date, cutoff_at=day.CUTOFF_AT
            )
            known = [gate for gate in problem.gates if gate.gate_id != lost]
            found = roads.compute(
                roads.places_of(pickups=problem.pickups, gates=known, riders=problem.riders),
                roads.vehicles_of(rules.DEFAULT_RULES["vehicles"]),
                ValhallaRouter(server.url, timeout_s=5),
            )
            stored = session.scalars(select(PlanningDay)).one()
            stored.rules = {**stored.rules, "travel": rules.kept_travel(found.travel())}
        server.asked.clear()

        # Whether there is a road graph does not matter then.
        plan_id = plan_on(roads_source="extract")

        ways = look(plan_id)[2]
        assert ways.source is WaysFrom.MATRIX
        assert [place["place"] for place in ways.unreached] == [lost]
        assert server.asked == []

    def test_a_later_version_without_ways_of_its_own_has_those_of_the_one_before(self, plan_on, look, solved, district):
        first = plan_on()
        second = plan_on()
        with transaction() as session:
            session.delete(session.get_one(PlanWays, second))

        assert look(second)[2].plan_id == first


def answer(server: RoutingServer, status: int | None, content: bytes) -> None:
    server.answer = lambda _path, _body: (status, content)


class TestPage:
    @pytest.fixture
    def staff(self, client, db_session, district, frozen_clock):
        frozen_clock(day.CUTOFF_AT + timedelta(minutes=5))
        return factories.staff_client(client, db_session, Role.DISTRICT_STAFF, district.path)

    def test_says_whose_roads_and_names_places_without_one(self, staff, plan_on, solved, server, tiny):
        lost = second_gate(tiny)
        compound = next(one.name for one in tiny.compounds if one.compound_id == lost.compound_id)
        server.answer = server.without(lambda place: place == (lost.lat, lost.lon))
        plan_id = plan_on()

        page = staff.get(f"/tianyuan/plans/{plan_id}", headers={"Accept-Language": "en"}).get_data(as_text=True)

        assert f"Roads of the Valhalla server {server.url}" in page
        assert "© OpenStreetMap contributors" in page
        assert f"{compound} {lost.name}" in page
        assert "1 place has no road" in page

    def test_says_why_there_is_no_plan(self, staff, plan_on, solved, server):
        server.close()
        plan_id = plan_on()

        page = staff.get(f"/tianyuan/plans/{plan_id}", headers={"Accept-Language": "en"}).get_data(as_text=True)

        assert f"The routing server {server.url} gives no ways: the connection was refused" in page

    def test_tells_how_far_the_asking_is(self, staff, make_app, district, tiny, solved, server, monkeypatch):
        monkeypatch.setattr(asking, "BLOCK", 5)
        monkeypatch.setattr(job_progress, "REPORT_EVERY_S", 0.0)
        seen: list[str] = []
        asked = threading.Event()
        other = make_app(roads_source="valhalla", roads_url=server.url)
        with other.app_context(), transaction() as session:
            plan_id = start(session, district, tiny)

        def look_meanwhile(path: str, body: dict) -> tuple[int, bytes]:
            if len(server.asked) == 2 and not asked.is_set():
                asked.set()
                page = staff.get(f"/tianyuan/plans/{plan_id}/progress", headers={"Accept-Language": "en"})
                seen.append(page.get_data(as_text=True))
            return server.valhalla(path, body)

        server.answer = look_meanwhile
        with other.app_context():
            Worker(lease_s=60, poll_s=0.01).run_one()

        assert len(seen) == 1
        assert "of the ways between all places are known" in seen[0]
