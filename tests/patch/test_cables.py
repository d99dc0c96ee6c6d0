"""The cables of a patch are found by the modules at their ends, however they came and went."""

from hypothesis import given
from hypothesis import strategies as st

from livepatch.patch.cables import Cable, Cables, Route

ROUTES = st.builds(Route, st.integers(1, 4), st.sampled_from("ab"), st.integers(1, 4), st.sampled_from("xy"))


def cable(route: Route) -> Cable:
    return Cable(source=route.source, outlet=route.outlet, target=route.target, inlet=route.inlet)


@given(st.lists(st.tuples(st.sampled_from(["set", "pop", "update", "del", "last", "default", "or"]), ROUTES)))
def test_every_cable_of_a_module_is_found_in_the_order_of_patching(changes: list[tuple[str, Route]]) -> None:
    cables = Cables()
    plain: dict[Route, Cable] = {}
    for kind, route in changes:
        made = cable(route)
        match kind:
            case "set":
                cables[route] = plain[route] = made
            case "pop":
                assert cables.pop(route, None) == plain.pop(route, None)
            case "update":
                cables.update({route: made})
                plain.update({route: made})
            case "or":
                cables |= {route: made}
                plain |= {route: made}
            case "del" if route in plain:
                del cables[route], plain[route]
            case "last" if plain:
                assert cables.popitem() == plain.popitem()
            case "default":
                assert cables.setdefault(route, made) == plain.setdefault(route, made)
    assert dict(cables) == plain
    assert list(cables) == list(plain)
    for id in range(1, 5):
        assert cables.of(id) == [each for each in plain.values() if id in (each.source, each.target)]
    cables.clear()
    assert cables.of(1) == []
