"""The component's one export. What a rule raises reaches its author: message and lines go to
the log, and the answer is the typed failure, never something that looks like an answer."""

import traceback

import absent
from chuishao import Context, ReviewContext, log
from componentize_py_types import Err
from wit_world.exports import handler

import rule

absent.shut()

# What stands between the host and the rule.
OURS = ("absent.py:", "chuishao.py:", "entry.py:")


def _answer(name: str, *given: object) -> list:
    try:
        if not hasattr(rule, name):
            raise NotImplementedError(f"规则没有写 {name}")
        proposals = getattr(rule, name)(*given)
        if not isinstance(proposals, list):
            raise TypeError(f"{name} 应返回提议的列表（list）")
        return proposals
    except Err:
        raise
    except Exception as raised:
        # Lines are not looked up: a guest has no files.
        frames = traceback.StackSummary.extract(traceback.walk_tb(raised.__traceback__), lookup_lines=False)
        places = [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in frames]
        what = f"{type(raised).__name__}: {raised}"
        log.error("\n".join([what, *reversed(places)]))
        own = [place for place in places if not place.startswith(OURS)]
        raise Err(handler.Failure_Bug(f"{what} ({own[-1]})" if own else what)) from None


class Handler:
    """What the host calls."""

    def on_event(self, event: handler.Event, ticket: handler.Ticket, context: handler.Context) -> list:
        return _answer("on_event", event, ticket, Context(context))

    def on_review(self, review: handler.Review, context: handler.ReviewContext) -> list:
        return _answer("on_review", review, ReviewContext(context))
