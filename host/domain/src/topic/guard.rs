//! The guards of the list of transitions (条件): what must hold besides state and post. Each
//! refuses with what is wrong and what to do. `meetings` and `work` hold the checks, `texts` the
//! forms' texts.

use crate::World;
use crate::catalogue::Level;
use crate::ids::UnitId;
use crate::refusal::Refusal;
use crate::topic::actor::TopicBy;
use crate::topic::case::Topic;
use crate::topic::command::TopicCommand;
use jiff::Timestamp;

mod meetings;
mod texts;
mod work;

pub use meetings::{LONGEST_TERM_DAYS, MOST_TICKETS, MOST_UNITS};
pub use work::{LONGEST_MODE_DAYS, MOST_MEASURES, MOST_SUMMONSES};

/// What a judgement is made from.
#[derive(Clone, Copy)]
pub(super) struct Scene<'a> {
    pub(super) world: &'a World,
    pub(super) topic: Option<&'a Topic>,
    pub(super) by: &'a TopicBy,
    pub(super) now: Timestamp,
}

impl Scene<'_> {
    pub(super) fn unit_name<'b>(&'b self, unit: &'b UnitId) -> &'b str {
        self.world.catalogue.unit_name(unit)
    }

    fn level(&self, unit: &UnitId) -> Option<Level> {
        self.world.catalogue.unit(unit).map(|unit| unit.level)
    }
}

/// What must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Guard {
    /// Category, territory and units are in the catalogue.
    SubjectKnown,
    /// Every text is given and fits.
    Words,
    /// The origin is one that this actor can give.
    OriginFits,
    /// A topic can begin at this rung.
    BeginsHere,
    /// The tickets are well-formed ids, and their count does not fall.
    TicketsFit,
    /// The units are in the catalogue, and none is the convening office.
    UnitsKnown,
    /// The meeting's day is not over.
    MeetingAhead,
    /// 专题研究: departments of the city and of a county (article row 7).
    BothLevels,
    /// 每月一议: a city department's written opinion is there (article row 8).
    OpinionWritten,
    /// 每月一议: at least two units are concerned (article row 8: 「需要多个部门单位解决」).
    SeveralUnits,
    /// No measure is open, no summons unanswered.
    NothingOutstanding,
    /// The meeting's day has come.
    MeetingHeld,
    /// Units that are concerned attended; for 每月一议 at least two.
    AttendedByConcerned,
    /// At least one measure, each with a concerned unit and a due date ahead.
    MeasuresFit,
    /// Modes are a decision of 每月一议 or above, with a season from–to (article rows 24, 25).
    ModesFit,
    /// The measure is this unit's and open.
    OwnOpenMeasure,
    /// The measure was reported done.
    ReportedMeasure,
    /// The due date lies ahead, and not too far.
    DueAhead,
    /// The rung is a higher one.
    HigherRung,
    /// 联合督办: at least two city units (article row 59).
    SeveralCityUnits,
    /// There is room for one more summons, and somebody to call.
    SummonsFits,
    /// The limit can be counted with the calendar.
    WithinCountable,
    /// This unit was called and has not answered.
    OwnOpenSummons,
}

impl Guard {
    /// The condition in words.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::SubjectKnown => "分类、属地、单位在目录中",
            Self::Words => "文字已填写",
            Self::OriginFits => "来源与岗位相符",
            Self::BeginsHere => "可由该层级开始",
            Self::TicketsFit => "工单编号有效、数量不减",
            Self::UnitsKnown => "单位在目录中且非召集单位",
            Self::MeetingAhead => "会议日期未过",
            Self::BothLevels => "专题研究：市、县两级部门均涉及",
            Self::OpinionWritten => "每月一议：已有市级行业主管部门书面意见",
            Self::SeveralUnits => "每月一议：涉及两个以上单位",
            Self::NothingOutstanding => "措施均已完成、召集均已答复",
            Self::MeetingHeld => "会议日期已到",
            Self::AttendedByConcerned => "参会单位为涉及单位（每月一议至少两个）",
            Self::MeasuresFit => "措施有责任单位和期限",
            Self::ModesFit => "季节模式由每月一议以上议定并有起止日期",
            Self::OwnOpenMeasure => "本单位未完成的措施",
            Self::ReportedMeasure => "已报告完成的措施",
            Self::DueAhead => "期限在今天之后且不过远",
            Self::HigherRung => "层级更高",
            Self::SeveralCityUnits => "两个以上市直单位",
            Self::SummonsFits => "有被召集单位且次数未满",
            Self::WithinCountable => "时限可以计算",
            Self::OwnOpenSummons => "本单位被召集且尚未答复",
        }
    }

    /// The same in English.
    #[must_use]
    pub fn english(self) -> &'static str {
        match self {
            Self::SubjectKnown => "category, place and units are in the catalogue",
            Self::Words => "words are given",
            Self::OriginFits => "the origin fits the post",
            Self::BeginsHere => "a topic can begin at this rung",
            Self::TicketsFit => "numbers of tickets are valid, and their count does not fall",
            Self::UnitsKnown => "units are in the catalogue, none of them the convening office",
            Self::MeetingAhead => "the day of the meeting is not over",
            Self::BothLevels => "special study: departments of city and county are concerned",
            Self::OpinionWritten => "monthly discussion: the city department's written opinion is there",
            Self::SeveralUnits => "monthly discussion: two units or more are concerned",
            Self::NothingOutstanding => "every measure is done, every summons answered",
            Self::MeetingHeld => "the day of the meeting has come",
            Self::AttendedByConcerned => "units that are concerned attended (monthly discussion: two at least)",
            Self::MeasuresFit => "each measure has a unit and a due date",
            Self::ModesFit => "modes of a season are decided monthly or above, with their days",
            Self::OwnOpenMeasure => "an open measure of the own unit",
            Self::ReportedMeasure => "a measure that was reported done",
            Self::DueAhead => "due after today, and not too far ahead",
            Self::HigherRung => "the rung is a higher one",
            Self::SeveralCityUnits => "two city units or more",
            Self::SummonsFits => "there is a unit to call, and not too many calls so far",
            Self::WithinCountable => "the limit can be counted",
            Self::OwnOpenSummons => "the own unit was called and has not answered",
        }
    }

    /// Refuses unless the guard holds.
    pub(super) fn check(self, scene: Scene<'_>, command: &TopicCommand) -> Result<(), Refusal> {
        match self {
            Self::SubjectKnown => meetings::subject_known(scene, command),
            Self::Words => texts::must_be_given(command),
            Self::OriginFits => meetings::origin_fits(scene, command),
            Self::BeginsHere => meetings::begins_here(command),
            Self::TicketsFit => meetings::tickets_fit(scene, command),
            Self::UnitsKnown => meetings::units_known(scene, command),
            Self::MeetingAhead => meetings::meeting_ahead(scene, command),
            Self::BothLevels => meetings::both_levels(scene),
            Self::OpinionWritten => meetings::opinion_written(scene),
            Self::SeveralUnits => meetings::several_units(scene),
            Self::NothingOutstanding => work::nothing_outstanding(scene),
            Self::MeetingHeld => meetings::meeting_held(scene),
            Self::AttendedByConcerned => meetings::attended_by_concerned(scene, command),
            Self::MeasuresFit => work::measures_fit(scene, command),
            Self::ModesFit => work::modes_fit(scene, command),
            Self::OwnOpenMeasure => work::own_open_measure(scene, command),
            Self::ReportedMeasure => work::reported_measure(scene, command),
            Self::DueAhead => work::due_ahead(scene, command),
            Self::HigherRung => meetings::higher_rung(scene, command),
            Self::SeveralCityUnits => work::several_city_units(scene, command),
            Self::SummonsFits => work::summons_fits(scene),
            Self::WithinCountable => work::within_countable(scene, command),
            Self::OwnOpenSummons => work::own_open_summons(scene, command),
        }
    }
}
