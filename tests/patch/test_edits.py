from hypothesis import example, given
from hypothesis import strategies as st

from livepatch.errors import PatchError
from livepatch.patch import edits
from livepatch.patch.edits import apply
from livepatch.patch.files import encode
from livepatch.patch.patch import Cable, Document, Patch, PlacedModule, Route

IDS = st.integers(1, 5)
NAMES = st.sampled_from(["vco", "vcf", "out", "lfo"])
PORTS = st.sampled_from(["saw", "audio", "cutoff"])
GAINS = st.floats(-2.0, 2.0)
ROUTES = st.builds(Route, IDS, PORTS, IDS, PORTS)
CABLES = st.builds(
    lambda route, gain: Cable(
        source=route.source, outlet=route.outlet, target=route.target, inlet=route.inlet, gain=gain
    ),
    ROUTES,
    GAINS,
)
MODULES = st.builds(
    lambda number, name, knobs: PlacedModule(id=number, name=name, type="vco", knobs=knobs, source="first"),
    IDS,
    NAMES,
    st.dictionaries(PORTS, GAINS, max_size=2),
)
SINGLE = st.one_of(
    st.builds(edits.AddModule, MODULES),
    st.builds(edits.RemoveModule, IDS),
    st.builds(edits.AddCable, CABLES),
    st.builds(edits.RemoveCable, ROUTES),
    st.builds(edits.SetGain, ROUTES, GAINS),
    st.builds(edits.SetKnob, IDS, PORTS, st.none() | GAINS),
    st.builds(edits.SetBypass, IDS, st.booleans(), st.booleans()),
    st.builds(edits.Move, IDS, st.tuples(st.integers(0, 3), st.integers(0, 3))),
    st.builds(edits.Rename, IDS, NAMES),
    st.builds(edits.SetData, IDS, st.dictionaries(NAMES, st.integers(), max_size=2)),
    st.builds(edits.SetColour, ROUTES, st.sampled_from(["", "#ff0000"])),
    st.builds(edits.ModuleEvent, IDS, st.sampled_from(["on_reset", "on_randomize"])),
    st.builds(edits.SwapCode, st.just("vco"), st.sampled_from(["first", "second"])),
    st.builds(edits.SetTransport, st.sampled_from(["tempo", "swing"]), st.none() | st.floats(1.0, 300.0)),
)
DOCUMENTS = st.builds(
    lambda modules, transport, next_id, about: Document(
        modules=tuple({module.id: module for module in modules}.values()),
        transport=transport,
        next_id=next_id,
        about=about,
        unknown={"note": about} if about else {},
        unknown_of_modules={module.id: {"note": about} for module in modules[:1]},
    ),
    st.lists(MODULES, max_size=3, unique_by=lambda module: module.name),
    st.dictionaries(st.sampled_from(["tempo", "swing"]), GAINS),
    st.integers(1, 9),
    st.sampled_from(["", "a drone"]),
)
EDITS = st.one_of(
    SINGLE,
    st.builds(edits.ReplacePatch, DOCUMENTS),
    st.builds(edits.Batch, st.lists(SINGLE, max_size=4).map(tuple)),
)


@given(st.lists(EDITS, max_size=25))
@example(
    [edits.ReplacePatch(Document(modules=(PlacedModule(id=1, name="vco", type="vco"),))), edits.RemoveModule(1)]
)
def test_taking_every_edit_back_restores_the_document_byte_for_byte(performed: list[edits.Edit]) -> None:
    patch = Patch()
    history: list[tuple[str, edits.Edit]] = []
    for edit in performed:
        before = encode(patch)
        try:
            history.append((before, apply(patch, edit)))
        except PatchError:
            assert encode(patch) == before
    for before, inverse in reversed(history):
        after = encode(patch)
        forth = apply(patch, inverse)
        assert encode(patch) == before
        apply(patch, forth)
        assert encode(patch) == after
        apply(patch, inverse)


def test_an_id_is_given_once_even_if_the_module_that_had_it_is_undone() -> None:
    patch = Patch()
    before = encode(patch)
    apply(patch, apply(patch, edits.AddModule(PlacedModule(id=1, name="vco", type="vco"))))
    assert encode(patch) == before
    assert patch.free_id == 2
