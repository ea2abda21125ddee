"""街道评价：每月按公布的评分曲线，给本区县的街道和乡镇打分、分档排出来，只记在本区县自己的账上。

曲线是连云港市公布的写法：达到目标得满分，每低 1 个百分点减半分，减到一半为止。目标、满分、减分和保底都是
设置，换一年的曲线不用改程序。全部是整数运算：同样的数字，什么时候算都是同样的分。
"""

from typing import Optional

from chuishao import (
    LedgerEntry,
    LocalScore,
    Review,
    ReviewContext,
    ReviewEffect_EnterLedger,
    ReviewEffect_ScoreLocally,
    ReviewEffect_WriteSection,
    ReviewProposal,
    Section,
    UnitLevel,
    UnitTally,
    bad_setting,
)

# What one answer may contain, less the report itself: the interface's limit.
MOST_PROPOSALS = 31

# The indicators: name, and the part and the whole that make the rate.
INDICATORS = (
    ("解决率", lambda unit: (unit.solved, unit.closed)),
    ("首次解决率", lambda unit: (unit.first_solved, unit.followed_up)),
    ("满意率", lambda unit: (unit.satisfied, unit.rated)),
    ("按时办结率", lambda unit: (unit.closed - unit.overdue, unit.closed)),
)


class Curve:
    """The published curve. Points and shares of points are in hundredths."""

    def __init__(self, context: ReviewContext):
        self.target = context.integer("target-percent")
        self.full = context.integer("full-hundredths")
        self.floor = context.integer("floor-hundredths")
        self.loss = context.integer("loss-hundredths")
        if self.floor > self.full:
            raise bad_setting("保底分 floor-hundredths 应不大于满分 full-hundredths")

    def points(self, part: int, whole: int) -> int:
        """Full at the target; less for every percentage point below it, halves rounded up."""
        # loss · (target − 100 · part / whole), over one denominator so that nothing is lost.
        below = self.loss * (self.target * whole - 100 * part)
        lost = -((-below * 2 + whole) // (2 * whole)) if below > 0 else 0
        return max(self.floor, self.full - lost)


def percent(part: int, whole: int) -> str:
    """A rate as people write it, `87.50%`."""
    hundredths = (part * 20000 + whole) // (2 * whole)
    return f"{hundredths // 100}.{hundredths % 100:02}%"


def decimal(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02}"


class Scored:
    """A street with its points."""

    def __init__(self, unit: UnitTally, curve: Curve):
        rates = [(name, *figures(unit)) for name, figures in INDICATORS]
        # Without a follow-up or an opinion there is no rate: the others stand for it.
        self.rates = [(name, part, whole) for name, part, whole in rates if whole > 0]
        points = sum(curve.points(part, whole) for _, part, whole in self.rates)
        self.unit = unit
        self.total = (points * len(INDICATORS) * 2 + len(self.rates)) // (2 * len(self.rates))

    def line(self, place: int) -> str:
        rates = "，".join(f"{name} {percent(part, whole)}" for name, part, whole in self.rates)
        return f"{place}. {self.unit.name} {decimal(self.total)} 分（办结 {self.unit.closed} 件，{rates}）"


def on_review(review: Review, context: ReviewContext) -> list[ReviewProposal]:
    curve, least = Curve(context), context.integer("least-closed")
    streets = [unit for unit in review.units if unit.level == UnitLevel.STREET]
    scored = [Scored(unit, curve) for unit in streets if unit.closed >= max(least, 1)]
    # Of equal points the one that closed more stands first, then by id: the order is never chance.
    scored.sort(key=lambda street: (-street.total, -street.unit.closed, street.unit.handling_unit))
    month = f"{review.first_day.year}年{review.first_day.month}月"
    few = [unit.name for unit in streets if unit.closed < max(least, 1)]
    proposals = [report(month, bands(scored, context), few, least, curve)]
    for street in scored:
        proposals.append(score(street, month))
    for street in scored:
        entry = ledger_entry(street, month, context)
        if entry is not None and len(proposals) <= MOST_PROPOSALS:
            proposals.append(entry)
    return proposals


def bands(scored: list[Scored], context: ReviewContext) -> list[tuple[str, list[Scored]]]:
    """分档: streets are compared with those that have about as much to do."""
    many = context.integer("many-closed")
    groups = [
        (f"办结 {many} 件及以上", [street for street in scored if street.unit.closed >= many]),
        (f"办结不足 {many} 件", [street for street in scored if street.unit.closed < many]),
    ]
    return [(name, group) for name, group in groups if group]


def report(
    month: str, groups: list[tuple[str, list[Scored]]], few: list[str], least: int, curve: Curve
) -> ReviewProposal:
    lines = []
    for name, group in groups:
        lines.append(f"{name}：")
        lines += [street.line(place) for place, street in enumerate(group, start=1)]
    if few:
        lines.append(f"办结不足 {least} 件，不评分：{'、'.join(few)}")
    if not lines:
        lines.append("本月没有街道办结的诉求")
    full = decimal(curve.full * len(INDICATORS))
    lines.append(
        f"评分办法：{len(INDICATORS)} 项各 {decimal(curve.full)} 分，共 {full} 分；达到 {curve.target}% 得满分，"
        f"每低 1 个百分点减 {decimal(curve.loss)} 分，最低 {decimal(curve.floor)} 分"
    )
    section = Section(f"街道评价：{month}", "\n".join(lines)[:2000])
    return ReviewProposal(ReviewEffect_WriteSection(section), "按公布的评分曲线每月评价，只在本区县使用")


def score(street: Scored, month: str) -> ReviewProposal:
    own = LocalScore(street.unit.handling_unit, f"月度评价 {month}", street.total)
    return ReviewProposal(ReviewEffect_ScoreLocally(own), f"{month}得 {decimal(street.total)} 分，只记在本区县账上")


def ledger_entry(street: Scored, month: str, context: ReviewContext) -> Optional[ReviewProposal]:
    """A street that is far below goes into the county's own ledger, to be talked over."""
    below = context.integer("ledger-below-hundredths")
    if street.total >= below:
        return None
    title = f"{street.unit.name}：{month}评价 {decimal(street.total)} 分"
    entry = LedgerEntry("街道评价台账", title, street.unit.handling_unit, None)
    return ReviewProposal(ReviewEffect_EnterLedger(entry), f"低于 {decimal(below)} 分，列入台账面谈")
