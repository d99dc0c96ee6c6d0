"""A plug-in's two halves, the component that sounds and the controller that knows its knobs."""

from livepatch.plugins.plugin import PluginError
from livepatch.plugins.vst3.abi import NOT_IMPLEMENTED, NULL, OK, ffi
from livepatch.plugins.vst3.application import Application
from livepatch.plugins.vst3.component_handler import ComponentHandler
from livepatch.plugins.vst3.factory import Factory, PluginClass
from livepatch.plugins.vst3.interface import Interface
from livepatch.plugins.vst3.stream import Stream


class Halves:
    """Both halves, which may be one object: then they are `single`. Main thread.

    Raises: PluginError: if there is no component or it does not start.
    """

    def __init__(
        self, factory: Factory, kind: PluginClass, application: Application, handler: ComponentHandler
    ) -> None:
        self._name = kind.name
        component = factory.create(kind.raw, "IComponent")
        if component is None:
            raise PluginError(f"{kind.name} does not start: it makes no component")
        self.component = component
        if not component.agrees("initialize", application.pointer):
            raise PluginError(f"{kind.name} does not start: its component refuses to be initialized")
        processor = component.ask("IAudioProcessor")
        if processor is None:
            raise PluginError(f"{kind.name} cannot be used: it processes no audio")
        self.processor = processor
        self.controller = component.ask("IEditController")
        self.single = self.controller is not None
        if self.controller is None:
            self.controller = self._separate(factory, application)
        self._points: tuple[Interface, Interface] | None = None
        if self.controller is not None:
            self.controller.call("setComponentHandler", handler.pointer)
            self._connect()
        self.keeps_state = self.share_state()

    def _separate(self, factory: Factory, application: Application) -> Interface | None:
        """The controller that is a class of its own, if there is one."""
        id = ffi.new("char[16]")
        if not self.component.agrees("getControllerClassId", id):
            return None
        controller = factory.create(bytes(ffi.buffer(id)), "IEditController")
        if controller is not None and not controller.agrees("initialize", application.pointer):
            raise PluginError(f"{self._name} does not start: its controller refuses to be initialized")
        return controller

    def _connect(self) -> None:
        if self.single or self.controller is None:
            return
        one, other = self.component.ask("IConnectionPoint"), self.controller.ask("IConnectionPoint")
        if one is None or other is None:
            return
        one.call("connect", other.pointer)
        other.call("connect", one.pointer)
        self._points = one, other

    def share_state(self) -> bool:
        """Tell the controller where the component stands; whether that keeps a state at all."""
        state = self.component_state()
        if state is None:
            return False
        if self.controller is not None and not self.single:
            self.give(self.controller, "setComponentState", state)
        return True

    def component_state(self) -> bytes | None:
        """What the component has to keep, None if it keeps nothing."""
        return _taken(self.component)

    def controller_state(self) -> bytes:
        """What the controller has to keep besides."""
        if self.controller is None:
            return b""
        return _taken(self.controller) or b""

    def restore(self, component: bytes, controller: bytes) -> None:
        """Take over the states of both halves. Raises: PluginError: if the component refuses."""
        answer = self.give(self.component, "setState", component)
        # Plug-ins without anything to keep write a byte and then refuse it.
        if answer not in {OK, NOT_IMPLEMENTED} and component != self.component_state():
            raise PluginError(f"{self._name} refuses this state")
        if self.controller is None:
            return
        if not self.single:
            self.give(self.controller, "setComponentState", component)
        self.give(self.controller, "setState", controller)

    @staticmethod
    def give(to: Interface, method: str, state: bytes, *place: int) -> int:
        """Have a half read a state; an empty one is not given, since some call that an error."""
        if not state:
            return OK
        stream = Stream(state)
        answer: int = to.call(method, *place, stream.pointer)
        stream.drop()
        return answer

    def close(self) -> None:
        """Part them and let go of both."""
        if self._points is not None:
            one, other = self._points
            one.call("disconnect", other.pointer)
            other.call("disconnect", one.pointer)
            one.release()
            other.release()
        if self.controller is not None:
            self.controller.call("setComponentHandler", NULL)
            if not self.single:
                self.controller.call("terminate")
            self.controller.release()
        self.processor.release()
        self.component.call("terminate")
        self.component.release()


def _taken(half: Interface) -> bytes | None:
    stream = Stream()
    kept = bool(half.agrees("getState", stream.pointer))
    stream.drop()
    return bytes(stream.data) if kept else None
