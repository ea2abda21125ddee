"""What a local rule in Python is written on: the interface's types, settings and figures by
name, failures, log lines, and samples for unit tests.

`chuishao plugin new` and `build` write it into the rule's `.chuishao` folder. The types are
those of `wit_world`, which componentize-py makes from the interface, with its documentation.
"""

import sys
from typing import Any, Optional

from componentize_py_types import Err
from wit_world.exports import handler
from wit_world.exports.handler import *  # noqa: F401,F403
from wit_world.exports.handler import (
    CallerKind,
    Channel,
    Date,
    DayKind,
    Fact,
    FactValue_Count,
    FactValue_Unavailable,
    Failure_BadSetting,
    Failure_MissingData,
    MatterKind,
    Mode,
    Moment,
    NamedValue,
    Place,
    Ticket,
    TicketState,
    Urgency,
    Value,
    Value_Date,
    Value_Flag,
    Value_Integer,
    Value_Table,
    Value_Text,
    Value_Texts,
)
from wit_world.imports import log as _log


def bad_setting(words: str) -> Err:
    """设置有误: a setting makes no sense to the rule; which, and why. To be raised."""
    return Err(Failure_BadSetting(words))


def missing_data(words: str) -> Err:
    """缺少数据: the rule needs something that did not come. To be raised."""
    return Err(Failure_MissingData(words))


class log:
    """Lines for the author (日志); they stand in the decision record."""

    @staticmethod
    def _line(level: _log.Level, text: object) -> None:
        try:
            _log.line(level, str(text))
        except NotImplementedError:  # In a unit test there is no host.
            print(f"{level.name.lower()}: {text}", file=sys.stderr)

    @staticmethod
    def debug(text: object) -> None:
        log._line(_log.Level.DEBUG, text)

    @staticmethod
    def info(text: object) -> None:
        log._line(_log.Level.INFO, text)

    @staticmethod
    def warn(text: object) -> None:
        log._line(_log.Level.WARN, text)

    @staticmethod
    def error(text: object) -> None:
        log._line(_log.Level.ERROR, text)


def _find(values: list, name: str) -> Any:
    return next((named.value for named in values if named.name == name), None)


class _ReadsSettings:
    settings: list[NamedValue]

    def _setting(self, name: str, kind: type, wanted: str) -> Any:
        value = _find(self.settings, name)
        if not isinstance(value, kind):
            raise bad_setting(f"设置 {name} 应为{wanted}")
        return value.value

    def integer(self, name: str) -> int:
        """An integer setting. Raises a failure when it is not there or no integer."""
        return self._setting(name, Value_Integer, "整数")

    def text(self, name: str) -> str:
        """A text setting. Raises a failure when it is not there or no text."""
        return self._setting(name, Value_Text, "文本")

    def flag(self, name: str) -> bool:
        """A setting that is yes or no. Raises a failure when it is not there or neither."""
        return self._setting(name, Value_Flag, "是或否")

    def texts(self, name: str) -> list[str]:
        """A setting that is a list of texts. Raises a failure when it is not."""
        return self._setting(name, Value_Texts, "文本列表")

    def date(self, name: str) -> Date:
        """A date setting. Raises a failure when it is not there or no date."""
        return self._setting(name, Value_Date, "日期")

    def look_up(self, name: str, key: str) -> Optional[str]:
        """What a table setting has under a key, if anything. Raises a failure when it is no table."""
        value = _find(self.settings, name)
        # Nothing at all reads alike as a list.
        if isinstance(value, Value_Texts) and not value.value:
            return None
        return dict(self._setting(name, Value_Table, "对照表")).get(key)


class Context(_ReadsSettings):
    """What comes with an event, with its settings and figures by name."""

    now: Moment
    facts: list[Fact]
    modes: list[Mode]
    memory: str

    def __init__(self, raw: handler.Context):
        self.now, self.settings, self.facts = raw.now, raw.settings, raw.facts
        self.modes, self.memory = raw.modes, raw.memory

    def count(self, name: str) -> int:
        """A figure that the manifest asked for. Raises a failure when it did not, or the ticket
        does not say what is to be alike."""
        value = _find(self.facts, name)
        if value is None:
            raise missing_data(f"清单没有声明事实 {name}")
        if isinstance(value, FactValue_Unavailable):
            raise missing_data(f"事实 {name} 不可用：{value.value}")
        return value.value

    def count_or_zero(self, name: str) -> int:
        """The same; 0 when the ticket does not say what is to be alike, for example no estate."""
        return 0 if isinstance(_find(self.facts, name), FactValue_Unavailable) else self.count(name)


class ReviewContext(_ReadsSettings):
    """What comes with a review."""

    now: Moment

    def __init__(self, raw: handler.ReviewContext):
        self.now, self.settings = raw.now, raw.settings


def date_text(date: Date) -> str:
    """A day as people and settings write it: `2024-11-05`."""
    return f"{date.year:04}-{date.month:02}-{date.day:02}"


def covers(mode: Mode, date: Date) -> bool:
    """Whether a mode (议定模式) is in force on a day."""
    return date_text(mode.first_day) <= date_text(date) <= date_text(mode.last_day)


def field(ticket: Ticket, name: str) -> Optional[Value]:
    """The value of an extra field of the rule's own namespace."""
    return _find(ticket.fields, name)


# ---------------------------------------------------------- for unit tests --


def _value(given: Any) -> Value:
    if isinstance(given, bool):
        return Value_Flag(given)
    if isinstance(given, int):
        return Value_Integer(given)
    if isinstance(given, str):
        return Value_Text(given)
    return given


_NOW = Moment(1725239100, Date(2024, 9, 2), 9, 5, 1, DayKind.WORKING_DAY, True)


def sample_context(
    settings: Optional[dict[str, Any]] = None,
    facts: Optional[dict[str, int]] = None,
    modes: Optional[list[Mode]] = None,
    memory: str = "",
    now: Moment = _NOW,
) -> Context:
    """An invented context; texts, numbers and yes/no stand for themselves."""
    named = [NamedValue(name, _value(given)) for name, given in (settings or {}).items()]
    counted = [Fact(name, FactValue_Count(count)) for name, count in (facts or {}).items()]
    return Context(handler.Context(now, named, counted, modes or [], memory))


def sample_ticket(**given: Any) -> Ticket:
    """An invented ticket; what is given replaces what is invented."""
    invented: dict[str, Any] = dict(
        id="WF20240902000001-1",
        channel=Channel.PHONE,
        caller_kind=CallerKind.CITIZEN,
        matter_kind=MatterKind.COMPLAINT,
        category="0601",
        category_name="市容环境/环境卫生",
        title="",
        body="",
        place=Place("370705", "", "胜利新村", ""),
        urgency=Urgency.ORDINARY,
        state=TicketState.ACCEPTED,
        confidential=False,
        received_at=1725238800,
        rework_count=0,
        hand_back_count=0,
        merged_count=0,
        extended=False,
        missing_fields=[],
        tags=[],
        fields=[],
        assignments=[],
        copies=[],
        deadlines=[],
        follow_ups=[],
        open_tasks=[],
        evidence_asked=[],
        sent_back=False,
    )
    return Ticket(**(invented | given))
