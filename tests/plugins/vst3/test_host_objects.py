"""What a plug-in calls of ours, called through its C functions as a plug-in does."""

from typing import Any

import pytest

from livepatch.plugins.vst3.abi import IDS, INVALID, NO_INTERFACE, NULL, OK, REFUSED, ffi, put_wide, wide
from livepatch.plugins.vst3.application import Application
from livepatch.plugins.vst3.event_list import MOST_EVENTS, EventList
from livepatch.plugins.vst3.host_object import bury
from livepatch.plugins.vst3.interface import Interface
from livepatch.plugins.vst3.parameter_changes import MOST_POINTS, MOST_QUEUES, ParameterChanges
from livepatch.plugins.vst3.stream import Stream


def test_an_object_is_handed_out_as_each_of_its_interfaces_and_counts_who_holds_it() -> None:
    application = Application()
    host = Interface("IHostApplication", application.pointer)
    support = host.ask("IPlugInterfaceSupport")
    assert support is not None
    unknown = support.ask("FUnknown")
    assert unknown is not None
    assert unknown.pointer == host.pointer
    assert host.call("addRef") == 4
    assert [host.call("release") for _ in range(5)] == [3, 2, 1, 0, 0]
    found = ffi.new("void**", host.pointer)
    assert host.call("queryInterface", IDS["IComponent"], found) == NO_INTERFACE
    assert found[0] == NULL
    assert host.call("queryInterface", IDS["FUnknown"], NULL) == INVALID
    bury()


def test_the_host_makes_messages_and_lists_of_attributes_and_nothing_else() -> None:
    host = Interface("IHostApplication", Application().pointer)
    name = ffi.new("uint16_t[128]")
    assert host.agrees("getName", name)
    assert wide(name) == "livepatch"
    made = ffi.new("void**")
    assert host.call("createInstance", IDS["IMessage"], IDS["IMessage"], made) == OK
    message = Interface("IMessage", made[0])
    assert ffi.string(message.call("getMessageID")) == b""
    message.call("setMessageID", ffi.new("char[]", b"hello"))
    assert ffi.string(message.call("getMessageID")) == b"hello"
    attributes = Interface("IAttributeList", message.call("getAttributes"))
    attributes.call("addRef")
    assert message.call("release") == 0
    bury()
    assert attributes.call("setInt", b"seven", 7) == OK
    assert attributes.call("release") == 0
    assert host.call("createInstance", IDS["IMessage"], IDS["IComponent"], made) == NO_INTERFACE
    assert host.call("createInstance", IDS["IComponent"], IDS["IComponent"], made) == REFUSED
    assert made[0] == NULL
    bury()


@pytest.fixture
def attributes() -> Interface:
    made = ffi.new("void**")
    host = Interface("IHostApplication", Application().pointer)
    assert host.call("createInstance", IDS["IAttributeList"], IDS["IAttributeList"], made) == OK
    return Interface("IAttributeList", made[0])


def test_attributes_give_what_they_were_given(attributes: Interface) -> None:
    number, half = ffi.new("int64_t*"), ffi.new("double*")
    assert attributes.call("getInt", b"none", number) == REFUSED
    attributes.call("setInt", b"a", -(1 << 40))
    attributes.call("setFloat", b"a", 0.5)
    assert attributes.call("getInt", b"a", number) == attributes.call("getFloat", b"a", half) == OK
    assert (number[0], half[0]) == (-(1 << 40), 0.5)
    text = ffi.new("uint16_t[16]")
    put_wide(text, "déjà vu", 16)
    attributes.call("setString", b"text", text)
    room = ffi.new("uint16_t[16]", [0x7878] * 16)
    assert attributes.call("getString", b"text", room, 32) == OK
    assert wide(room, 16) == "déjà vu"
    assert attributes.call("getString", b"text", room, 10) == OK
    assert wide(room, 16) == "déjà"
    assert attributes.call("getString", b"text", room, 1) == REFUSED
    data, size = ffi.new("void**"), ffi.new("uint32_t*")
    attributes.call("setBinary", b"bytes", ffi.from_buffer(b"\x01\x00\x02"), 3)
    assert attributes.call("getBinary", b"bytes", ffi.cast("const void**", data), size) == OK
    assert bytes(ffi.buffer(data[0], size[0])) == b"\x01\x00\x02"
    assert attributes.call("getBinary", b"none", ffi.cast("const void**", data), size) == REFUSED
    assert size[0] == 0


def test_a_call_of_ours_that_fails_is_answered_and_said_on_stderr(
    attributes: Interface, capsys: pytest.CaptureFixture[str]
) -> None:
    assert attributes.call("setInt", NULL, 1) not in {OK, REFUSED}
    said = capsys.readouterr().err
    assert said.startswith("livepatch: a call of the plug-in's failed: ")
    assert said.count("\n") == 1


def test_a_stream_is_read_written_and_sought_within_bounds() -> None:
    stream = Stream(b"abcdef")
    calls = Interface("IBStream", stream.pointer)
    buffer, done, place = ffi.new("char[8]"), ffi.new("int32_t*"), ffi.new("int64_t*")
    assert calls.call("read", buffer, 4, done) == OK
    assert (done[0], ffi.string(buffer)) == (4, b"abcd")
    assert calls.call("read", buffer, 8, done) == OK
    assert done[0] == 2
    assert calls.call("read", buffer, -1, NULL) == OK
    assert calls.call("seek", -1, 2, place) == OK
    assert place[0] == 5
    assert calls.call("write", b"XYZ", 3, done) == OK
    assert bytes(stream.data) == b"abcdeXYZ"
    assert calls.call("seek", 10, 0, NULL) == OK
    assert calls.call("write", b"!", 1, NULL) == OK
    assert bytes(stream.data) == b"abcdeXYZ\0\0!"
    assert calls.call("seek", 1, 1, place) == OK
    assert calls.call("tell", place) == OK
    assert place[0] == 12
    for wrong in ((-13, 1), (0, 3), (1 << 62, 0)):
        assert calls.call("seek", *wrong, NULL) == INVALID
    assert calls.call("write", b"!", -1, done) == REFUSED
    assert done[0] == 0
    assert calls.call("seek", 256 << 20, 0, NULL) == OK
    assert calls.call("write", b"!", 1, NULL) == REFUSED


def queue_of(changes: Interface, id: int) -> Any:
    """The queue that a plug-in gets for a parameter."""
    return changes.call("addParameterData", ffi.new("uint32_t*", id), ffi.new("int32_t*"))


def test_parameter_changes_keep_one_queue_for_each_parameter_and_refuse_too_many() -> None:
    changes = ParameterChanges()
    calls = Interface("IParameterChanges", changes.pointer)
    assert queue_of(calls, 5) == queue_of(calls, 5)
    queue = Interface("IParamValueQueue", queue_of(calls, 6))
    assert calls.call("getParameterCount") == 2
    assert queue.call("getParameterId") == 6
    for point in range(MOST_POINTS):
        assert queue.call("addPoint", point, 0.5, NULL) == OK
    assert queue.call("addPoint", 0, 0.5, NULL) == REFUSED
    frame, value = ffi.new("int32_t*"), ffi.new("double*")
    assert queue.call("getPoint", 7, frame, value) == OK
    assert (frame[0], value[0]) == (7, 0.5)
    assert queue.call("getPoint", -1, frame, value) == queue.call("getPoint", MOST_POINTS, frame, value) == REFUSED
    assert calls.call("getParameterData", 2) == calls.call("getParameterData", -1) == NULL
    changes.clear()
    assert calls.call("getParameterCount") == 0
    assert calls.call("getParameterData", 0) == NULL
    assert MOST_QUEUES == 4096


def test_events_beyond_the_most_are_refused() -> None:
    events = EventList()
    calls = Interface("IEventList", events.pointer)
    event = ffi.new("VstEvent*")
    for number in range(MOST_EVENTS):
        event.frame = number
        assert calls.call("addEvent", event) == OK
    assert calls.call("addEvent", event) == REFUSED
    assert calls.call("getEventCount") == MOST_EVENTS
    assert calls.call("getEvent", 3, event) == OK
    assert event.frame == 3
    assert calls.call("getEvent", MOST_EVENTS, event) == calls.call("getEvent", -1, event) == REFUSED
    assert events.place(0, 0) is None
