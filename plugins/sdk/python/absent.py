"""What a rule has not: a clock, chance, files. Who asks for them is told so, in his own line;
what stands at the top of a module would otherwise be answered once, when the rule is built, and
the rest would end in a trap without a word."""

import builtins
import datetime
import random
import sys
import time


def _absent(what: str, instead: str):
    def ask(*_: object, **__: object):
        raise RuntimeError(f"规则没有{what}：{instead}")

    return ask


_clock = _absent("时钟", "现在的时刻在 context.now 里")
_chance = _absent("随机数", "同样的输入要给同样的回答")

for _name in ("time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns", "sleep"):
    setattr(time, _name, _clock)
for _name in ("random", "randint", "randrange", "choice", "choices", "sample", "shuffle", "uniform"):
    setattr(random, _name, _chance)


def _without_clock(real: type) -> type:
    """The same type, except that it does not know what day it is."""
    kind = type("Kind", (type,), {"__instancecheck__": lambda _, given: isinstance(given, real)})
    asks = {name: classmethod(_clock) for name in ("now", "utcnow", "today") if hasattr(real, name)}
    return kind(real.__name__, (real,), asks)


datetime.date = _without_clock(datetime.date)  # type: ignore[misc]
datetime.datetime = _without_clock(datetime.datetime)  # type: ignore[misc]


class _Never:
    """What was not imported when the rule was built is not there when it is called."""

    @staticmethod
    def find_spec(name: str, *_: object):
        raise ImportError(f"import {name} 要写在文件开头：规则运行时没有文件可读", name=name)


def shut() -> None:
    """Called when all of the rule is imported: from here on there are no files."""
    sys.meta_path[:] = [_Never]
    builtins.open = _absent("文件", "数据写在设置里，或写在程序里")
