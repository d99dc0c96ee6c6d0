"""MIDI to CV: what is played on a keyboard, in volts; silent, since livepatch does not hear MIDI yet."""

from livepatch.module import Module, outlet


class MidiCv(Module):
    """A keyboard in volts. livepatch does not hear MIDI yet: every outlet is 0 V."""

    pitch = outlet("1 V/octave pitch")
    gate = outlet("Gate")
    velocity = outlet("Velocity", description="0 to 10 V")
    aftertouch = outlet("Aftertouch", description="0 to 10 V")
    bend = outlet("Pitch bend", description="-5 to 5 V")
    modulation = outlet("Modulation wheel", description="0 to 10 V")
    retrigger = outlet("Retrigger", description="10 V for 1 ms at each new note")
    clock = outlet("Clock", description="24 in a beat")
    clock_divided = outlet("Clock, divided")
    start = outlet("Start", description="10 V for 1 ms")
    stop = outlet("Stop", description="10 V for 1 ms")
    resume = outlet("Continue", description="10 V for 1 ms")
    # A Rack patch keeps the keyboard, and how it is heard, outside the params, of which there are none.
    rack = {
        "Core/MIDIToCVInterface": {
            "outputs": {
                0: "pitch",
                1: "gate",
                2: "velocity",
                3: "aftertouch",
                4: "bend",
                5: "modulation",
                6: "retrigger",
                7: "clock",
                8: "clock_divided",
                9: "start",
                10: "stop",
                11: "resume",
            },
        },
        "Cardinal/HostMIDI": {
            "outputs": {
                0: "pitch",
                1: "gate",
                2: "velocity",
                3: "aftertouch",
                4: "bend",
                5: "modulation",
                6: "retrigger",
                7: "clock",
                8: "clock_divided",
                9: "start",
                10: "stop",
                11: "resume",
            },
        },
    }

    def step(self) -> None:
        self.pitch = 0.0
        self.gate = 0.0
        self.velocity = 0.0
        self.aftertouch = 0.0
        self.bend = 0.0
        self.modulation = 0.0
        self.retrigger = 0.0
        self.clock = 0.0
        self.clock_divided = 0.0
        self.start = 0.0
        self.stop = 0.0
        self.resume = 0.0
