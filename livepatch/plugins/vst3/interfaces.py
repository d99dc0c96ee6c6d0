"""The interfaces of VST3 as a table: their ids and their methods in the order of the slots."""

import os
import struct
from typing import Final

WINDOWS: Final = os.name == "nt"

_UNKNOWN: Final = (
    "tresult queryInterface(const char*, void**)",
    "uint32_t addRef()",
    "uint32_t release()",
)
_PLUGIN_BASE: Final = (*_UNKNOWN, "tresult initialize(void*)", "tresult terminate()")
_FACTORY: Final = (
    *_UNKNOWN,
    "tresult getFactoryInfo(FactoryInfo*)",
    "int32_t countClasses()",
    "tresult getClassInfo(int32_t, ClassInfo*)",
    "tresult createInstance(const char*, const char*, void**)",
)
_FACTORY_2: Final = (*_FACTORY, "tresult getClassInfo2(int32_t, ClassInfo2*)")

INTERFACES: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "FUnknown": ("00000000 00000000 C0000000 00000046", _UNKNOWN),
    "IPluginFactory": ("7A4D811C 52114A1F AED9D2EE 0B43BF9F", _FACTORY),
    "IPluginFactory2": ("0007B650 F24B4C0B A464EDB9 F00B2ABB", _FACTORY_2),
    "IPluginFactory3": (
        "4555A2AB C1234E57 9B122910 36878931",
        (
            *_FACTORY_2,
            "tresult getClassInfoUnicode(int32_t, ClassInfoW*)",
            "tresult setHostContext(void*)",
        ),
    ),
    "IBStream": (
        "C3BF6EA2 30994752 9B6BF990 1EE33E9B",
        (
            *_UNKNOWN,
            "tresult read(void*, int32_t, int32_t*)",
            "tresult write(void*, int32_t, int32_t*)",
            "tresult seek(int64_t, int32_t, int64_t*)",
            "tresult tell(int64_t*)",
        ),
    ),
    "IComponent": (
        "E831FF31 F2D54301 928EBBEE 25697802",
        (
            *_PLUGIN_BASE,
            "tresult getControllerClassId(char*)",
            "tresult setIoMode(int32_t)",
            "int32_t getBusCount(int32_t, int32_t)",
            "tresult getBusInfo(int32_t, int32_t, int32_t, BusInfo*)",
            "tresult getRoutingInfo(void*, void*)",
            "tresult activateBus(int32_t, int32_t, int32_t, uint8_t)",
            "tresult setActive(uint8_t)",
            "tresult setState(void*)",
            "tresult getState(void*)",
        ),
    ),
    "IAudioProcessor": (
        "42043F99 B7DA453C A569E79D 9AAEC33D",
        (
            *_UNKNOWN,
            "tresult setBusArrangements(uint64_t*, int32_t, uint64_t*, int32_t)",
            "tresult getBusArrangement(int32_t, int32_t, uint64_t*)",
            "tresult canProcessSampleSize(int32_t)",
            "uint32_t getLatencySamples()",
            "tresult setupProcessing(ProcessSetup*)",
            "tresult setProcessing(uint8_t)",
            "tresult process(ProcessData*)",
            "uint32_t getTailSamples()",
        ),
    ),
    "IProcessContextRequirements": (
        "2A654303 EF764E3D 95B5FE83 730EF6D0",
        (*_UNKNOWN, "uint32_t getProcessContextRequirements()"),
    ),
    "IEditController": (
        "DCD7BBE3 7742448D A874AACC 979C759E",
        (
            *_PLUGIN_BASE,
            "tresult setComponentState(void*)",
            "tresult setState(void*)",
            "tresult getState(void*)",
            "int32_t getParameterCount()",
            "tresult getParameterInfo(int32_t, ParameterInfo*)",
            "tresult getParamStringByValue(uint32_t, double, uint16_t*)",
            "tresult getParamValueByString(uint32_t, uint16_t*, double*)",
            "double normalizedParamToPlain(uint32_t, double)",
            "double plainParamToNormalized(uint32_t, double)",
            "double getParamNormalized(uint32_t)",
            "tresult setParamNormalized(uint32_t, double)",
            "tresult setComponentHandler(void*)",
            "void* createView(const char*)",
        ),
    ),
    "IMidiMapping": (
        "DF0FF9F7 49B74669 B63AB732 7ADBF5E5",
        (*_UNKNOWN, "tresult getMidiControllerAssignment(int32_t, int16_t, int16_t, uint32_t*)"),
    ),
    "INoteExpressionController": (
        "B7F8F859 41234872 91169581 4F3721A3",
        (
            *_UNKNOWN,
            "int32_t getNoteExpressionCount(int32_t, int16_t)",
            "tresult getNoteExpressionInfo(int32_t, int16_t, int32_t, ExpressionInfo*)",
            "tresult getNoteExpressionStringByValue(int32_t, int16_t, uint32_t, double, uint16_t*)",
            "tresult getNoteExpressionValueByString(int32_t, int16_t, uint32_t, const uint16_t*, double*)",
        ),
    ),
    "IUnitInfo": (
        "3D4BD6B5 913A4FD2 A886E768 A5EB92C1",
        (
            *_UNKNOWN,
            "int32_t getUnitCount()",
            "tresult getUnitInfo(int32_t, UnitInfo*)",
            "int32_t getProgramListCount()",
            "tresult getProgramListInfo(int32_t, ProgramListInfo*)",
            "tresult getProgramName(int32_t, int32_t, uint16_t*)",
            "tresult getProgramInfo(int32_t, int32_t, const char*, uint16_t*)",
            "tresult hasProgramPitchNames(int32_t, int32_t)",
            "tresult getProgramPitchName(int32_t, int32_t, int16_t, uint16_t*)",
            "int32_t getSelectedUnit()",
            "tresult selectUnit(int32_t)",
            "tresult getUnitByBus(int32_t, int32_t, int32_t, int32_t, int32_t*)",
            "tresult setUnitProgramData(int32_t, int32_t, void*)",
        ),
    ),
    "IProgramListData": (
        "8683B01F 7B354F70 A2651DEC 353AF4FF",
        (
            *_UNKNOWN,
            "tresult programDataSupported(int32_t)",
            "tresult getProgramData(int32_t, int32_t, void*)",
            "tresult setProgramData(int32_t, int32_t, void*)",
        ),
    ),
    "IUnitData": (
        "6C389611 D391455D B870B833 94A0EFDD",
        (
            *_UNKNOWN,
            "tresult unitDataSupported(int32_t)",
            "tresult getUnitData(int32_t, void*)",
            "tresult setUnitData(int32_t, void*)",
        ),
    ),
    "IConnectionPoint": (
        "70A4156F 6E6E4026 989148BF AA60D8D1",
        (*_UNKNOWN, "tresult connect(void*)", "tresult disconnect(void*)", "tresult notify(void*)"),
    ),
    "IHostApplication": (
        "58E595CC DB2D4969 8B6AAF8C 36A664E5",
        (*_UNKNOWN, "tresult getName(uint16_t*)", "tresult createInstance(const char*, const char*, void**)"),
    ),
    "IPlugInterfaceSupport": (
        "4FB58B9E 9EAA4E0F AB361C1C CCB56FEA",
        (*_UNKNOWN, "tresult isPlugInterfaceSupported(const char*)"),
    ),
    "IMessage": (
        "936F033B C6C047DB BB0882F8 13C1E613",
        (*_UNKNOWN, "const char* getMessageID()", "void setMessageID(const char*)", "void* getAttributes()"),
    ),
    "IAttributeList": (
        "1E5F0AEB CC7F4533 A2544011 38AD5EE4",
        (
            *_UNKNOWN,
            "tresult setInt(const char*, int64_t)",
            "tresult getInt(const char*, int64_t*)",
            "tresult setFloat(const char*, double)",
            "tresult getFloat(const char*, double*)",
            "tresult setString(const char*, const uint16_t*)",
            "tresult getString(const char*, uint16_t*, uint32_t)",
            "tresult setBinary(const char*, const void*, uint32_t)",
            "tresult getBinary(const char*, const void**, uint32_t*)",
        ),
    ),
    "IComponentHandler": (
        "93A0BEA3 0BD045DB 8E890B0C C1E46AC6",
        (
            *_UNKNOWN,
            "tresult beginEdit(uint32_t)",
            "tresult performEdit(uint32_t, double)",
            "tresult endEdit(uint32_t)",
            "tresult restartComponent(int32_t)",
        ),
    ),
    "IComponentHandler2": (
        "F040B4B3 A36045EC ABCDC045 B4D5A2CC",
        (
            *_UNKNOWN,
            "tresult setDirty(uint8_t)",
            "tresult requestOpenEditor(const char*)",
            "tresult startGroupEdit()",
            "tresult finishGroupEdit()",
        ),
    ),
    "IUnitHandler": (
        "4B5147F8 4654486B 8DAB30BA 163A3C56",
        (
            *_UNKNOWN,
            "tresult notifyUnitSelection(int32_t)",
            "tresult notifyProgramListChange(int32_t, int32_t)",
        ),
    ),
    "IEventList": (
        "3A2C4214 346349FE B2C4F397 B9695A44",
        (
            *_UNKNOWN,
            "int32_t getEventCount()",
            "tresult getEvent(int32_t, VstEvent*)",
            "tresult addEvent(VstEvent*)",
        ),
    ),
    "IParameterChanges": (
        "A4779663 0BB64A56 B44384A8 466FEB9D",
        (
            *_UNKNOWN,
            "int32_t getParameterCount()",
            "void* getParameterData(int32_t)",
            "void* addParameterData(const uint32_t*, int32_t*)",
        ),
    ),
    "IParamValueQueue": (
        "01263A18 ED074F6F 98C9D356 4686F9BA",
        (
            *_UNKNOWN,
            "uint32_t getParameterId()",
            "int32_t getPointCount()",
            "tresult getPoint(int32_t, int32_t*, double*)",
            "tresult addPoint(int32_t, double, int32_t*)",
        ),
    ),
}
"""Each interface's id, in four groups as Steinberg prints it, and its methods in the order of their slots.

The object itself, every method's first argument, is left out.
"""


def raw_id(text: str, *, windows: bool = WINDOWS) -> bytes:
    """The 16 bytes of an id of 32 hex digits, spaces or not: as they are read, but for COM's order on Windows."""
    plain = bytes.fromhex(text)
    if not windows:
        return plain
    return struct.pack("<IHH", *struct.unpack(">IHH", plain[:8])) + plain[8:]


def text_id(raw: bytes, *, windows: bool = WINDOWS) -> str:
    """The 32 hex digits of an id's 16 bytes, which are the same on every system."""
    if windows:
        raw = struct.pack(">IHH", *struct.unpack("<IHH", raw[:8])) + raw[8:]
    return raw.hex().upper()


def method_name(declaration: str) -> str:
    """The name in a method's declaration."""
    return declaration.partition("(")[0].split(" ")[-1]


def signature(declaration: str) -> str:
    """The C type of a pointer to the method."""
    before, _, after = declaration.partition("(")
    returned = before.rpartition(" ")[0]
    arguments = after.rstrip(")")
    return f"{returned}(*)(void*{', ' if arguments else ''}{arguments})"
