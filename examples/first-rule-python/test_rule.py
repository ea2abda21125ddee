"""单元测试，在自己的电脑上直接运行：python3 -m unittest。Unit tests, which run natively."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).with_name(".chuishao")))

from chuishao import Event_Accepted, sample_context, sample_ticket  # noqa: E402
from rule import on_event  # noqa: E402

SETTINGS = {"tag-at": 3, "nominate-at": 6, "tag": "高频"}


def asked(count: int) -> int:
    context = sample_context(settings=SETTINGS, facts={"same-matters": count})
    return len(on_event(Event_Accepted(), sample_ticket(), context))


class Rule(unittest.TestCase):
    def test_the_more_matters_the_more_is_asked_for(self):
        self.assertEqual([asked(count) for count in (2, 3, 5, 6)], [0, 1, 1, 2])


if __name__ == "__main__":
    unittest.main()
