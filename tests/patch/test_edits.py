import copy

from hypothesis import given
from hypothesis import strategies as st

from livepatch.errors import PatchError
from livepatch.patch import edits, files
from livepatch.patch.edits import apply
from livepatch.patch.patch import Cable, Patch, PlacedModule, Route

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
    st.builds(edits.SetBypass, IDS, st.booleans()),
    st.builds(edits.Move, IDS, st.tuples(st.integers(0, 3), st.integers(0, 3))),
    st.builds(edits.Rename, IDS, NAMES),
    st.builds(edits.SetData, IDS, st.dictionaries(NAMES, st.integers(), max_size=2)),
    st.builds(edits.SwapCode, st.just("vco"), st.sampled_from(["first", "second"])),
    st.builds(edits.SetTransport, st.just("tempo"), st.floats(1.0, 300.0)),
)
EDITS = st.one_of(SINGLE, st.builds(edits.Batch, st.lists(SINGLE, max_size=4).map(tuple)))


def text(patch: Patch) -> str:
    """The document, but for the ids that were ever given out: those are never taken back."""
    aside = copy.copy(patch)
    aside.next_id = 0
    return files.encode(aside)


@given(st.lists(EDITS, max_size=25))
def test_taking_every_edit_back_restores_the_document_byte_for_byte(performed: list[edits.Edit]) -> None:
    patch = Patch()
    history: list[tuple[str, edits.Edit]] = []
    for edit in performed:
        before = text(patch)
        try:
            history.append((before, apply(patch, edit)))
        except PatchError:
            assert text(patch) == before
    for before, inverse in reversed(history):
        after = text(patch)
        forth = apply(patch, inverse)
        assert text(patch) == before
        apply(patch, forth)
        assert text(patch) == after
        apply(patch, inverse)
